import { mkdir, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { VeilError } from '../../errors.ts';
import { checkTarget } from '../../sink/target.ts';

/** Folders made for results: those that stay empty, because the work failed, go again. */
export class CreatedFolders implements AsyncDisposable {
  readonly #made: { readonly first: string; readonly last: string }[] = [];

  /**
   * Makes the folders of all results, and says what stands in the way of any before work begins on one.
   *
   * @throws VeilError OUTPUT_…
   */
  async makeFor(
    paths: readonly (string | null)[],
    { overwrite, input }: { readonly overwrite: boolean; readonly input: string },
  ): Promise<void> {
    const wanted = paths.filter((path) => path !== null);
    for (const path of wanted) await this.#make(dirname(path));
    for (const path of wanted) await checkTarget({ path, overwrite, input });
  }

  async #make(folder: string): Promise<void> {
    try {
      const last = resolve(folder);
      const first = await mkdir(last, { recursive: true });
      if (first !== undefined) this.#made.push({ first, last });
    } catch (cause) {
      throw new VeilError('OUTPUT_UNWRITABLE', `The folder ${folder} can't be made.`, {
        hint: 'Choose another place with -o.',
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
