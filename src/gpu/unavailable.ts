import { VeilError } from '../errors.ts';

/** The error for a GPU that can't be used. */
export function unavailable(why: string, cause?: unknown): VeilError {
  return new VeilError('GPU_UNAVAILABLE', `The GPU can't be used: ${why}.`, {
    hint: 'Use the CPU.',
    ...(cause === undefined ? {} : { cause }),
  });
}
