import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Input } from '../input/inputs.ts';
import { Names, folderOf, escapeLeadingDash } from './output-names.ts';

const ENDING = '.veil.tracks.json';

/** An input with the tracks file that it becomes. */
export interface TracksJob {
  readonly input: string;
  readonly tracks: string;
}

/**
 * Names tracks files: `NAME.veil.tracks.json` beside the input or in the folder, or the file that `-o` names.
 *
 * @throws VeilError USAGE when `-o` can't hold what was asked for
 */
export async function planTracks(
  inputs: readonly Input[],
  { output, several }: { readonly output: string | undefined; readonly several: boolean },
): Promise<TracksJob[]> {
  const folder = await folderOf(output, '-o', several, ['.json']);
  const names = new Names();
  return inputs.map(({ path, relative }) => {
    if (output !== undefined && folder === null) return { input: path, tracks: escapeLeadingDash(output) };
    return {
      input: path,
      tracks: names.free(folder === null ? path : join(folder, relative), '.tracks.json'),
    };
  });
}

/**
 * Where the tracks of each input are: in the file that `--tracks` names, or under the names that {@link planTracks}
 * gives them, beside the input or in the folder.
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

/** `a.mov.veil.tracks.json` is there only when `a.veil.tracks.json` is of another file. */
async function beside(path: string): Promise<string> {
  const whole = `${path}${ENDING}`;
  const exists = await stat(whole).catch(() => null);
  return exists === null ? join(dirname(path), `${basename(path, extname(path))}${ENDING}`) : whole;
}
