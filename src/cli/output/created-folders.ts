import { rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileIdentity } from '../../base/file-identity.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { VeilError } from '../../errors.ts';
import type { FileKind } from '../../sink/file-kind.ts';
import { checkTarget } from '../../sink/target.ts';
import type { Input } from '../input/inputs.ts';

/** A file to be written, if any. */
export interface Result {
  readonly path: string | null;
  readonly kind: FileKind;
}

/** Folders created for results: those that stay empty, because the work failed, are removed. */
export class CreatedFolders implements AsyncDisposable {
  readonly #made: { readonly first: string; readonly last: string }[] = [];

  /**
   * Creates the folders of all results, and reports all obstacles before any work begins.
   *
   * @param options.inputs identities of all inputs, from {@link identitiesOf}: no result may replace one of them
   * @throws VeilError OUTPUT_…
   */
  async makeFor(
    results: readonly Result[],
    {
      inputs,
      overwrite,
      input,
    }: { readonly inputs: ReadonlySet<string>; readonly overwrite: boolean; readonly input: string },
  ): Promise<void> {
    const wanted = results.flatMap(({ path, kind }) => (path === null ? [] : [{ path, kind }]));
    for (const { path } of wanted) await this.#make(dirname(path));
    for (const { path, kind } of wanted) {
      const identity = await fileIdentity(path);
      if (identity !== null && inputs.has(identity)) throw isInputError(path);
      await checkTarget({ path, overwrite, input, kind });
    }
  }

  async #make(folder: string): Promise<void> {
    try {
      const last = resolve(folder);
      const first = await makeFolder(last);
      if (first !== null) this.#made.push({ first, last });
    } catch (cause) {
      throw new VeilError('OUTPUT_UNWRITABLE', `The folder ${folder} can't be made.`, {
        hint: 'Choose another place.',
        cause,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { first, last } of this.#made) {
      for (let folder = last; folder.startsWith(first); folder = dirname(folder)) {
        if (!(await removeIfEmpty(folder))) break;
      }
    }
  }
}

/** File identities of inputs, independent of their names. */
export async function identitiesOf(inputs: readonly Pick<Input, 'path'>[]): Promise<ReadonlySet<string>> {
  const identities = await Promise.all(inputs.map(({ path }) => fileIdentity(path)));
  return new Set(identities.filter((identity) => identity !== null));
}

function isInputError(path: string): VeilError {
  return new VeilError('OUTPUT_IS_INPUT', `${path} is one of the inputs.`, {
    hint: 'Choose another place: inputs are never changed.',
  });
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    // Not empty, or already removed: both are fine.
    if (error instanceof Error) return false;
    throw error;
  }
}
