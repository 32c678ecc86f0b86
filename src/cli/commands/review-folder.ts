import { stat } from 'node:fs/promises';
import { EXIT } from '../../errors.ts';
import { readTracks } from '../../documents/tracks-document.ts';
import { projectOf } from '../../review/project-document.ts';
import { doubtsOf } from '../../review/server/doubts.ts';
import { shellWord } from '../../base/shell-word.ts';
import { reasonOf } from '../../base/reason.ts';
import { expandInputs } from '../input/inputs.ts';
import type { Io } from '../io.ts';
import { findTracks } from '../output/tracks-paths.ts';
import { printable } from '../report/terminal-text.ts';
import type { ReviewFlags } from './review-flags.ts';

/** A file of the folder, and what is left to look at in it. */
interface Entry {
  readonly input: string;
  /** Null where it has no tracks, or none that can be read. */
  readonly doubts: number | null;
  readonly tracks: number;
  readonly problem: string | null;
}

/**
 * Lists the files of a folder with their open doubts, those with most first.
 *
 * @returns the exit code: 3 when any has doubts, or no tracks yet
 */
export async function listFolder(folder: string, flags: ReviewFlags, io: Io): Promise<number> {
  const { inputs, problems } = await expandInputs([folder]);
  const tracksOf = await findTracks(inputs, { tracks: flags.tracks, several: true });
  const entries = await Promise.all(inputs.map(({ path }) => entryOf(path, tracksOf.get(path)!)));
  entries.sort((a, b) => (b.doubts ?? Infinity) - (a.doubts ?? Infinity) || a.input.localeCompare(b.input));
  if (flags.json === true) io.stdout.write(`${JSON.stringify({ folder, files: entries })}\n`);
  else for (const entry of entries) io.stdout.write(`${lineOf(entry)}\n`);
  for (const { path, error } of problems)
    io.stderr.write(`veil: ${printable(path)}: ${printable(error.message)}\n`);
  const [first] = entries.filter(({ doubts }) => doubts !== 0);
  if (first !== undefined && flags.json !== true) {
    const { input } = first;
    const words = [input, ...(flags.tracks === undefined ? [] : ['--tracks', tracksOf.get(input)!])];
    io.stdout.write(`\nBegin with: veil review ${printable(words.map(shellWord).join(' '))}\n`);
  }
  if (problems.length > 0) return EXIT.failed;
  return first === undefined ? EXIT.done : EXIT.review;
}

async function entryOf(input: string, path: string): Promise<Entry> {
  if ((await stat(path).catch(() => null)) === null) return { input, doubts: null, tracks: 0, problem: null };
  try {
    const project = projectOf(await readTracks(path));
    return { input, doubts: doubtsOf(project).length, tracks: project.tracks.size, problem: null };
  } catch (error) {
    return { input, doubts: null, tracks: 0, problem: reasonOf(error) };
  }
}

function lineOf({ input, doubts, tracks, problem }: Entry): string {
  const name = printable(input);
  if (problem !== null) return `${name}  ${printable(problem)}`;
  if (doubts === null) return `${name}  not looked at yet`;
  const faces = `${tracks} ${tracks === 1 ? 'face' : 'faces'}`;
  return `${name}  ${faces}, ${doubts === 0 ? 'nothing left to look at' : `${doubts} to look at`}`;
}
