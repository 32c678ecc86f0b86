import { stat } from 'node:fs/promises';
import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';
import { headOf } from '../sink/check-replaced.ts';

/** Largest size of an edit log, bytes. */
export const LONGEST_EDIT_LOG = 384 * 1024 ** 2;

/** Path of the edit log, which records the edits of a review beside the tracks file. */
export function editLogOf(tracks: string): string {
  return `${tracks.replace(/(\.tracks)?\.json$/i, '')}.edits.jsonl`;
}

/**
 * Refuses to replace a tracks file with decisions, or with unsaved edits in its log: a new run could not restore them.
 * Other files are subject to the general rules for results.
 *
 * @throws VeilError OUTPUT_EXISTS
 */
export async function checkDecisions(tracks: string): Promise<void> {
  const state = await reviewStateOf(tracks);
  if (state === 'untouched' || state === 'begun') return;
  throw new VeilError('OUTPUT_EXISTS', `${tracks} holds what somebody decided in a review.`, {
    hint: 'veil render covers what it says. To start anew, move it away, and the edit log beside it.',
  });
}

/**
 * State of a tracks file: not reviewed; reviewed without decisions; with saved decisions; or with unsaved edits in its
 * log.
 */
export type ReviewState = 'untouched' | 'begun' | 'decided' | 'unsaved';

/** Review state of a tracks file, which may not exist. */
export async function reviewStateOf(tracks: string): Promise<ReviewState> {
  // Replacing an unreadable file fails elsewhere.
  const head = await headOf(tracks).catch(() => null);
  if (head === null) return 'untouched';
  const log = editLogOf(tracks);
  const hasLog = (await stat(log).catch(() => null)) !== null;
  if (hasLog && (await hasUnsavedSteps(log))) return 'unsaved';
  if (head.includes('"veil-tracks/2"')) return 'decided';
  return hasLog ? 'begun' : 'untouched';
}

/** Whether an edit log has edits after the last save. An unreadable log counts as one that does. */
async function hasUnsavedSteps(log: string): Promise<boolean> {
  const content = await readRegularFile(log, LONGEST_EDIT_LOG).catch(() => null);
  if (!Buffer.isBuffer(content)) return true;
  const last = content.toString('utf8').trimEnd().split('\n').at(-1)!;
  if (last === '') return false;
  try {
    const line = JSON.parse(last) as object | null;
    return line === null || !('tracks' in line || 'format' in line);
  } catch {
    return true;
  }
}
