import { basename, dirname, extname, join } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';
import { unreadKindOf } from './media-kinds.ts';

/** Pictures that were found and can't be read. */
export interface LeftOut {
  readonly path: string;
  readonly error: VeilError;
}

/**
 * Pictures of folders and patterns that Veil does not read: a problem for each kind, because a run that leaves faces
 * behind has not done what it was asked for.
 *
 * @param where the folder or pattern that was searched, for the message
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

/** Names all files of the folder of the first one. */
function command(kind: string, [first = '']: readonly string[]): string {
  const folder = dirname(first);
  const pattern = `${folder === '.' ? '' : `${shellWord(folder)}/`}*${extname(first)}`;
  const to = join(folder, 'converted');
  const both = `mkdir -p ${shellWord(to)} && `;
  const magick = `${both}magick mogrify -path ${shellWord(to)} -format png ${pattern}`;
  if (kind !== 'HEIC') return `${magick} (ImageMagick)`;
  return `${both}sips -s format png ${pattern} --out ${shellWord(to)} on a Mac, ${magick} elsewhere (ImageMagick)`;
}
