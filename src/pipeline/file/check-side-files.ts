import type { ResolvedConfig } from '../../config/schema.ts';
import { checkDecisions } from '../../documents/decisions.ts';
import { VeilError } from '../../errors.ts';
import type { FileKind } from '../../sink/file-kind.ts';
import { checkTarget } from '../../sink/target.ts';
import { resolve } from 'node:path';
import { sealPathOf } from './prove.ts';

/** A file that a run writes beside its output; a null path: none. */
interface SideFile {
  readonly path: string | null;
  readonly kind: FileKind;
}

/** The files that a run writes beside its output. */
export function sideFilesOf({
  output,
  config,
  reportPath = null,
  tracksPath = null,
}: {
  readonly output: string;
  readonly config: Pick<ResolvedConfig, 'seal'>;
  readonly reportPath?: string | null;
  readonly tracksPath?: string | null;
}): SideFile[] {
  return [
    { path: reportPath, kind: 'report' },
    { path: tracksPath, kind: 'tracks' },
    { path: config.seal ? sealPathOf(output) : null, kind: 'seal' },
  ];
}

/**
 * Checks the paths of reports and tracks before the work.
 *
 * @param output path of the picture, which must differ from them
 * @throws VeilError USAGE, OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkSideFiles(
  files: readonly SideFile[],
  { input, config }: { readonly input: string; readonly config: Pick<ResolvedConfig, 'overwrite'> },
  output?: string,
): Promise<void> {
  const taken = new Set(output === undefined ? [] : [resolve(output)]);
  for (const { path, kind } of files) {
    if (path === null) continue;
    if (kind === 'tracks') await checkDecisions(path);
    const target = await checkTarget({ path, overwrite: config.overwrite, input, kind });
    if (taken.has(target)) {
      throw new VeilError('USAGE', `Two results of ${input} would both be ${path}.`, {
        hint: 'Choose another place for one of them.',
      });
    }
    taken.add(target);
  }
}
