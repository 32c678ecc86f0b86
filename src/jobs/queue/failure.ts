import { reasonOf } from '../../base/reason.ts';
import { VeilError, type ErrorCode } from '../../errors.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';

/** What another attempt, or another worker, would not do any better. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AUDIT_REFUSED',
  'CONFIG_INVALID',
  'ENCODER_UNAVAILABLE',
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
  'TRACKS_INVALID',
  'TRACKS_MISMATCH',
  'USAGE',
]);

/** Whether trying again is of no use. */
export function isFinal(error: unknown): boolean {
  return error instanceof PartFailure || (error instanceof VeilError && FINAL.has(error.code));
}

/** Why a job failed, as the queue keeps it and shows it to others: code and message, without secrets. */
export function failureText(error: unknown): string {
  // Veil's own messages name places, which are no secrets; those of libraries may name anything.
  if (error instanceof VeilError) return `${error.code}: ${error.message.slice(0, 1000)}`;
  return `INTERNAL: ${withoutSecrets(reasonOf(error)).slice(0, 1000)}`;
}

/** Somebody has cancelled the job. */
export function jobCancelled(): VeilError {
  return new VeilError('JOB_CANCELLED', 'The job was cancelled.', {
    hint: 'Add it again if it is wanted after all.',
  });
}

/** A failure as the queue kept it: that of a part, which is now that of its file. */
export function earlierFailure(text: string): VeilError {
  const [, code = 'INTERNAL', message = text] = /^([A-Z_]+): (.*)$/s.exec(text) ?? [];
  return new PartFailure(code as ErrorCode, message);
}

/** The part was tried as often as is allowed. */
class PartFailure extends VeilError {}
