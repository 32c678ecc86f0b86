import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isPhoto } from '../../source/photo/picture-support.ts';
import type { Input } from '../input/inputs.ts';
import { Names, folderOf, escapeLeadingDash } from './output-names.ts';

const ENDING = '.veil.tracks.json';

/** An input with its tracks file. */
export interface TracksJob {
  readonly input: string;
  readonly tracks: string;
}

/**
 * Names tracks files: `NAME.veil.tracks.json` beside the input or in the folder, or the file that `-o` names. Those of
 * photos contain the whole name.
 *
 * @throws VeilError USAGE if `-o` can't hold the requested files
 */
export async function planTracks(
  inputs: readonly Input[],
  { output, several }: { readonly output: string | undefined; readonly several: boolean },
): Promise<TracksJob[]> {
  const folder = await folderOf(output, '-o', several, ['.json']);
  const names = new Names();
  const jobs: TracksJob[] = [];
  for (const { path, relative } of inputs) {
    const wanted = folder === null ? path : join(folder, relative);
    const tracks =
      output !== undefined && folder === null
        ? escapeLeadingDash(output)
        : await names.free(wanted, '.tracks.json', await isPhoto(path));
    jobs.push({ input: path, tracks });
  }
  return jobs;
}

/**
 * Finds the tracks of each input: the file that `--tracks` names, or the names from {@link planTracks}, beside the
 * input or in the folder.
 *
 * @throws VeilError USAGE for one file and several inputs
 */
export async function findTracks(
  inputs: readonly Input[],
  { tracks, several }: { readonly tracks: string | undefined; readonly several: boolean },
): Promise<Map<string, string>> {
  const folder = await folderOf(tracks, '--tracks', several, ['.json']);
  const found = new Map<string, string>();
  for (const { path, relative } of inputs) {
    const file = tracks !== undefined && folder === null;
    found.set(
      path,
      file ? escapeLeadingDash(tracks) : await beside(folder === null ? path : join(folder, relative)),
    );
  }
  return found;
}

/** `a.mov.veil.tracks.json` exists if `a.veil.tracks.json` belongs to another file, and for photos. */
async function beside(path: string): Promise<string> {
  const whole = `${path}${ENDING}`;
  const exists = await stat(whole).catch(() => null);
  return exists === null ? join(dirname(path), `${basename(path, extname(path))}${ENDING}`) : whole;
}
