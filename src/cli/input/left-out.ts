import { basename, dirname, extname, join } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';
import { unreadKindOf } from './media-kinds.ts';

/** A kind of pictures that Veil can't read: where they were found, and the error. */
export interface LeftOut {
  readonly path: string;
  readonly error: VeilError;
}

/**
 * Pictures in folders and patterns that Veil can't read: one problem per kind, because a run that skips faces has not
 * done its job.
 *
 * @param where the searched folder or pattern, for the message
 */
export function leftOutOf(where: string, paths: readonly string[]): LeftOut[] {
  const kinds = new Set(paths.map(unreadKindOf).filter((kind) => kind !== null));
  return [...kinds].map((kind) => {
    const found = paths.filter((path) => unreadKindOf(path) === kind);
    const count = found.length === 1 ? `1 ${kind} picture was` : `${found.length} ${kind} pictures were`;
    const message = `${count} left out, such as ${basename(found[0]!)}: Veil can't read them.`;
    return {
      path: where,
      error: new VeilError('INPUT_UNSUPPORTED', message, {
        hint: `Convert them first: ${command(kind, found)}`,
      }),
    };
  });
}

/** A command for all such files in the folder of the first one. */
function command(kind: string, paths: readonly string[]): string {
  const folder = dirname(paths[0]!);
  const within = folder === '.' ? '' : `${shellWord(folder)}/`;
  const endings = new Set(paths.filter((path) => dirname(path) === folder).map(extname));
  const pattern = [...endings].map((ending) => `${within}*${ending}`).join(' ');
  const to = join(folder, 'converted');
  const both = `mkdir -p ${shellWord(to)} && `;
  const magick = `${both}magick mogrify -path ${shellWord(to)} -format png ${pattern}`;
  if (kind !== 'HEIC') return `${magick} (ImageMagick)`;
  return `${both}sips -s format png ${pattern} --out ${shellWord(to)} on a Mac, ${magick} elsewhere (ImageMagick)`;
}
