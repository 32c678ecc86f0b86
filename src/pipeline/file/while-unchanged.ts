import type { Stats } from 'node:fs';
import { fileFacts, identityOf } from '../../base/file-identity.ts';
import { VeilError, type ErrorCode } from '../../errors.ts';
import { inputChangedError } from '../../sink/file/gone-errors.ts';

/** Throws INPUT_CHANGED if an input was replaced or became shorter: what was read of it may not fit together. */
export type CheckWhole = () => Promise<void>;

/** Errors that have nothing to do with the input. */
const OTHER: ReadonlySet<ErrorCode> = new Set([
  'INTERRUPTED',
  'INPUT_CHANGED',
  'OUTPUT_EXISTS',
  'OUTPUT_UNWRITABLE',
  'OUTPUT_DISK_FULL',
]);

/**
 * Runs work on an input. If it fails and the input is not what it was, that is the reason, whichever step met it first.
 *
 * @param work takes a check for its end: a result of a removed input is whole, but not that of a replaced one
 * @throws VeilError INPUT_CHANGED, and errors of the work
 */
export async function whileUnchanged<T>(
  input: string,
  work: (checkWhole: CheckWhole) => Promise<T>,
): Promise<T> {
  const before = await fileFacts(input);
  try {
    return await work(async () => {
      const now = await fileFacts(input);
      if (before === null || now === null) return;
      // Network file systems may give one file several identities.
      const isReplaced = identityOf(now) !== identityOf(before) && !isAlike(before, now);
      if (now.size < before.size || isReplaced) throw inputChangedError(input, 'has changed');
    });
  } catch (error) {
    if (before === null || (error instanceof VeilError && OTHER.has(error.code))) throw error;
    const now = await fileFacts(input);
    if (now === null) throw inputChangedError(input, 'was removed', error);
    throw isAlike(before, now) ? error : inputChangedError(input, 'has changed', error);
  }
}

function isAlike(before: Stats, now: Stats): boolean {
  return now.size === before.size && now.mtimeMs === before.mtimeMs;
}
