import { reasonOf } from '../../base/reason.ts';
import { VeilError, type ErrorCode } from '../../errors.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';

/** Errors that no retry and no other worker can avoid. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AUDIT_REFUSED',
  'CONFIG_INVALID',
  'ENCODER_UNAVAILABLE',
  'INPUT_CHANGED',
  'INPUT_EMPTY',
  'INPUT_NOT_MEDIA',
  'INPUT_NO_FRAMES',
  'INPUT_NO_VIDEO',
  'INPUT_TOO_LARGE',
  'INPUT_TOO_SMALL',
  'INPUT_TRUNCATED',
  'INPUT_UNSUPPORTED',
  'JOB_CANCELLED',
  'JOB_INVALID',
  'JOB_REFUSED',
  'OUTPUT_EXISTS',
  'PARTS_UNFIT',
  'TRACKS_INVALID',
  'TRACKS_MISMATCH',
  'USAGE',
]);

/** Whether a retry is useless. */
export function isFinal(error: unknown): boolean {
  return error instanceof PartFailure || (error instanceof VeilError && FINAL.has(error.code));
}

/** The reason of a failure and a hint, without secrets: the queue stores it and shows it to others. */
export function failureText(error: unknown): string {
  // Veil's messages name paths, which are not secrets; messages of libraries may contain anything.
  if (error instanceof VeilError) {
    const { code, message, hint = '' } = error;
    return `${code}: ${`${message} ${hint}`.trim().slice(0, 1000)}`;
  }
  return `INTERNAL: ${withoutSecrets(reasonOf(error)).slice(0, 1000)}`;
}

/** The error for a cancelled job. */
export function jobCancelled(): VeilError {
  return new VeilError('JOB_CANCELLED', 'The job was cancelled.', {
    hint: 'Add it again if it is wanted after all.',
  });
}

/** A failure of a part as the queue stored it, which now becomes that of its file. */
export function earlierFailure(text: string): VeilError {
  const [, code = 'INTERNAL', message = text] = /^([A-Z_]+): (.*)$/s.exec(text) ?? [];
  return new PartFailure(code as ErrorCode, message);
}

/** A part failed in all its attempts. */
class PartFailure extends VeilError {}
