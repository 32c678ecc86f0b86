import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { readTracks } from '../../documents/tracks-document.ts';
import { VeilError } from '../../errors.ts';
import { isMedia, isOwnOutput } from './media-kinds.ts';

/** The file that Veil made an output of. */
export interface Original {
  readonly path: string;
  /** How it was found, for people; null where that goes without saying. */
  readonly notice: string | null;
  /** The output that was named; null where none was. */
  readonly output: string | null;
  /** Its tracks; null where it has none beside it. */
  readonly tracks: string | null;
}

/**
 * The video of what Veil made of it: `a.mp4` for `a.veil.mp4`, as its tracks say or, without any, by its name.
 *
 * @param path what was asked for; what is no output of Veil is its own original
 * @throws VeilError INPUT_NOT_FOUND, TRACKS_INVALID
 */
export async function originalOf(path: string): Promise<Original> {
  if (!isOwnOutput(basename(path))) return { path, notice: null, output: null, tracks: null };
  if (!(await exists(path))) {
    throw new VeilError('INPUT_NOT_FOUND', `${path} does not exist.`, {
      hint: 'Check the name; quote names with spaces.',
    });
  }
  const folder = dirname(path);
  const stem = basename(path).replace(/\.veil(\.(tracks|report))?\.[^.]+$/i, '');
  const tracks = join(folder, `${stem}.veil.tracks.json`);
  const output = /\.json$/i.test(path) ? null : path;
  if (await exists(tracks)) return { path: await fromTracks(path, tracks), notice: null, output, tracks };
  const name = await fromName(folder, stem, extname(path));
  if (name === null) {
    throw new VeilError('INPUT_NOT_FOUND', `The original of ${basename(path)} is not beside it.`, {
      hint: `Give its path: veil review PATH${extname(path)}`,
    });
  }
  const notice = `${basename(path)} has no tracks beside it; by its name it was made from ${name}, which is reviewed.`;
  return { path: join(folder, name), notice, output, tracks: null };
}

async function fromTracks(path: string, tracks: string): Promise<string> {
  const { name } = (await readTracks(tracks)).input;
  const original = join(dirname(path), basename(name));
  if (await exists(original)) return original;
  throw new VeilError(
    'INPUT_NOT_FOUND',
    `${name}, from which ${basename(path)} was made, is not beside it.`,
    {
      hint: `Give its path: veil review PATH${extname(name)} --tracks ${tracks}`,
    },
  );
}

/** `a.mp4` or `a.mov` for `a`; `a.mov` for `a.mov`, which stands in outputs whose shorter name was taken. */
async function fromName(folder: string, stem: string, extension: string): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => isMedia(name) && !isOwnOutput(name));
  const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const fits = names.filter((name) => basename(name, extname(name)) === stem);
  return (
    names.find((name) => name === stem) ??
    fits.find((name) => isSame(extname(name), extension)) ??
    (fits.length === 1 ? fits[0]! : null)
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
