import type { ResolvedConfig } from '../../config/schema.ts';
import { checkDecisions } from '../../documents/decisions.ts';
import { VeilError } from '../../errors.ts';
import type { FileKind } from '../../sink/file-kind.ts';
import { checkTarget } from '../../sink/target.ts';
import { resolve } from 'node:path';

/**
 * Refuses places for reports and tracks that can't be: before the work, not after it.
 *
 * @param output path of the picture, which none of them may be
 * @throws VeilError USAGE, OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkSideFiles(
  files: readonly { readonly path: string | null; readonly kind: FileKind }[],
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
