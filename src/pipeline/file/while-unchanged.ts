import { stat } from 'node:fs/promises';
import { VeilError, type ErrorCode } from '../../errors.ts';

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
  const before = await factsOf(input);
  try {
    return await work(async () => {
      const now = await factsOf(input);
      if (before === null || now === null) return;
      if (now.size < before.size || (now.file !== before.file && !isAlike(before, now)))
        throw changed(input, 'has changed');
    });
  } catch (error) {
    if (before === null || (error instanceof VeilError && OTHER.has(error.code))) throw error;
    const now = await factsOf(input);
    if (now === null) throw changed(input, 'was removed', error);
    throw isAlike(before, now) ? error : changed(input, 'has changed', error);
  }
}

interface Facts {
  /** Identifies it on this machine; network file systems may give the same file another one. */
  readonly file: string;
  readonly size: number;
  /** Of its last change, ms. */
  readonly time: number;
}

function isAlike(before: Facts, now: Facts): boolean {
  return now.size === before.size && now.time === before.time;
}

/** Null if it is inaccessible. */
async function factsOf(path: string): Promise<Facts | null> {
  const facts = await stat(path).catch(() => null);
  return facts === null ? null : { file: `${facts.dev}:${facts.ino}`, size: facts.size, time: facts.mtimeMs };
}

function changed(input: string, how: 'was removed' | 'has changed', cause?: unknown): VeilError {
  return new VeilError('INPUT_CHANGED', `${input} ${how} while it was read.`, {
    hint: 'Nothing was left behind. Run it again, with a file that stays as it is.',
    cause,
  });
}
