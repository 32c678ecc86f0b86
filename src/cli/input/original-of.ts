import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { readTracks } from '../../documents/tracks-document.ts';
import { VeilError } from '../../errors.ts';
import { unreadable } from './input-error.ts';
import { isImage, isMedia, isOwnOutput } from './media-kinds.ts';

/** The original of an output. */
export interface Original {
  readonly path: string;
  /** How it was found, for the user; null if that is obvious. */
  readonly notice: string | null;
  /** The output that the user named; null if none. */
  readonly output: string | null;
  /** Its tracks; null if there are none beside it. */
  readonly tracks: string | null;
}

/**
 * Finds the video of an output: `a.mp4` for `a.veil.mp4`, from its tracks or, without tracks, by its name.
 *
 * @param path the user's argument; a file that is not an output of Veil is its own original
 * @throws VeilError INPUT_NOT_FOUND, INPUT_UNREADABLE, TRACKS_INVALID
 */
export async function originalOf(path: string): Promise<Original> {
  if (!isOwnOutput(basename(path))) return { path, notice: null, output: null, tracks: null };
  await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const folder = dirname(path);
  const stem = basename(path).replace(/\.veil(\.(tracks|report))?\.[^.]+$/i, '');
  const output = /\.json$/i.test(path) ? null : path;
  const whole = `${stem}${extname(path)}`;
  // Outputs of photos, and of videos that share their short name with another file, contain the whole name.
  for (const begin of isImage(path) ? [whole, stem] : [stem, whole]) {
    const tracks = join(folder, `${begin}.veil.tracks.json`);
    if (await exists(tracks)) return { path: await fromTracks(path, tracks), notice: null, output, tracks };
  }
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

/** `a.mp4` or `a.mov` for `a`; `a.mov` for `a.mov`, which appears in outputs whose short name was taken. */
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
