import { VeilError } from '../../errors.ts';

/** The message of an error for users; for unexpected errors a reference to the log. */
export function sentenceOf(error: unknown): string {
  return error instanceof VeilError
    ? [error.message, error.hint ?? ''].join(' ').trim()
    : 'That did not work; see the log.';
}
