import { stat } from 'node:fs/promises';
import { editLogOf } from '../../documents/decisions.ts';
import { readProject } from '../read-project.ts';
import { doubtsOf } from '../server/doubts.ts';
import type { ReviewPaths } from '../server/review.ts';
import { sentenceOf } from '../server/sentence-of.ts';
import type { OutputState } from './protocol.ts';

/** What is left to review in a file, according to the files on disk. */
export interface FileCount {
  /** False if there are no tracks yet. */
  readonly isSearched: boolean;
  readonly faces: number;
  /** Doubts that are not reviewed. */
  readonly doubts: number;
  readonly output: OutputState;
  /** Why the tracks can't be read; null if they can. */
  readonly problem: string | null;
}

const NOTHING = { isSearched: false, faces: 0, doubts: 0, problem: null };

/** Counts what is left to review in a file. Changes nothing, so it is safe while a process reviews the file. */
export async function countFile({
  tracks,
  output,
}: Pick<ReviewPaths, 'tracks' | 'output'>): Promise<FileCount> {
  const state = { output: await outputState(tracks, output) };
  if ((await changedAt(tracks)) === null) return { ...NOTHING, ...state };
  try {
    const project = await readProject(tracks);
    const { length } = doubtsOf(project);
    return { ...NOTHING, ...state, isSearched: true, faces: project.tracks.size, doubts: length };
  } catch (error) {
    return { ...NOTHING, ...state, isSearched: true, problem: sentenceOf(error) };
  }
}

/** Whether anything is left to do before the output can be shown to others. */
export function isDone({ isSearched, doubts, output, problem }: FileCount): boolean {
  return isSearched && doubts === 0 && output === 'current' && problem === null;
}

/** An output is current unless the edit log changed after it was written. */
async function outputState(tracks: string, output: string): Promise<OutputState> {
  const [decided, written] = await Promise.all([changedAt(editLogOf(tracks)), changedAt(output)]);
  if (written === null) return 'none';
  return decided === null || decided <= written ? 'current' : 'older';
}

async function changedAt(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? null;
}
