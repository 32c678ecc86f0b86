import { open, stat } from 'node:fs/promises';
import { VeilError } from '../../errors.ts';
import { editLogOf } from '../../review/server/review-file.ts';

/** Bytes in which a tracks file says its format. */
const HEAD = 512;

/**
 * Refuses to replace a tracks file in which somebody decided something: a new run could not bring that back. Other files
 * are left to the rules for results.
 *
 * @throws VeilError OUTPUT_EXISTS
 */
export async function checkDecisions(tracks: string): Promise<void> {
  const isDecided = (await headOf(tracks)).includes('"veil-tracks/2"');
  const log = await stat(editLogOf(tracks)).catch(() => null);
  if (!isDecided && (log === null || (await stat(tracks).catch(() => null)) === null)) return;
  throw new VeilError('OUTPUT_EXISTS', `${tracks} holds what somebody decided in a review.`, {
    hint: 'veil render covers what it says. To start anew, move it away, or keep it with --no-tracks.',
  });
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
