import { open, readFile, stat } from 'node:fs/promises';
import { VeilError } from '../errors.ts';

/** Bytes in which a tracks file says its format. */
const HEAD = 512;

/** Where it is written what was done to a tracks file in a review: beside it. */
export function editLogOf(tracks: string): string {
  return `${tracks.replace(/(\.tracks)?\.json$/i, '')}.edits.jsonl`;
}

/**
 * Refuses to replace a tracks file in which somebody decided something, or whose edit log says what is not in it yet: a
 * new run could not bring that back. Other files are left to the rules for results.
 *
 * @throws VeilError OUTPUT_EXISTS
 */
export async function checkDecisions(tracks: string): Promise<void> {
  if (!(await isDecided(tracks))) return;
  throw new VeilError('OUTPUT_EXISTS', `${tracks} holds what somebody decided in a review.`, {
    hint: 'veil render covers what it says. To start anew, move it away, and the edit log beside it.',
  });
}

/** Whether somebody decided something in a tracks file, or is about to. */
export async function isDecided(tracks: string): Promise<boolean> {
  if ((await stat(tracks).catch(() => null)) === null) return false;
  return (await headOf(tracks)).includes('"veil-tracks/2"') || hasUnsavedSteps(editLogOf(tracks));
}

/** Whether an edit log goes on after the tracks file was saved. What cannot be read is taken for one that does. */
async function hasUnsavedSteps(log: string): Promise<boolean> {
  if ((await stat(log).catch(() => null)) === null) return false;
  const text = await readFile(log, 'utf8').catch(() => null);
  if (text === null) return true;
  const last = text.trimEnd().split('\n').at(-1)!;
  if (last === '') return false;
  try {
    const line = JSON.parse(last) as object | null;
    return line === null || !('tracks' in line || 'format' in line);
  } catch {
    return true;
  }
}

async function headOf(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    // What is not there holds nothing; what can't be read is refused when it is to be replaced.
    if (error instanceof Error) return '';
    throw error;
  }
}
