/** Stable names of all errors; scripts may rely on them. */
export type ErrorCode =
  | 'USAGE'
  | 'CONFIG_INVALID'
  | 'INPUT_NOT_FOUND'
  | 'INPUT_UNREADABLE'
  | 'INPUT_EMPTY'
  | 'INPUT_NOT_MEDIA'
  | 'INPUT_NO_VIDEO'
  | 'INPUT_NO_FRAMES'
  | 'INPUT_TOO_SMALL'
  | 'INPUT_TOO_LARGE'
  | 'INPUT_TRUNCATED'
  | 'INPUT_CHANGED'
  | 'INPUT_UNSUPPORTED'
  | 'PARTS_UNFIT'
  | 'OBSERVATIONS_INVALID'
  | 'TRACKS_INVALID'
  | 'TRACKS_MISMATCH'
  | 'EDIT_REFUSED'
  | 'OUTPUT_EXISTS'
  | 'OUTPUT_IS_INPUT'
  | 'OUTPUT_UNWRITABLE'
  | 'OUTPUT_DISK_FULL'
  | 'OUTPUT_CHECK_FAILED'
  | 'FFMPEG_NOT_FOUND'
  | 'FFMPEG_PASSED_OVER'
  | 'DECODER_FAILED'
  | 'ENCODER_FAILED'
  | 'ENCODER_UNAVAILABLE'
  | 'DETECTOR_UNAVAILABLE'
  | 'DETECTOR_FAILED'
  | 'ENGINE_UNAVAILABLE'
  | 'MODEL_INVALID'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_HASH_MISMATCH'
  | 'DOWNLOAD_FAILED'
  | 'GPU_UNAVAILABLE'
  | 'GPU_LOST'
  | 'PREVIEW_UNAVAILABLE'
  | 'QUEUE_UNAVAILABLE'
  | 'STORAGE_FAILED'
  | 'JOB_INVALID'
  | 'JOB_REFUSED'
  | 'JOB_CANCELLED'
  | 'JOB_LOST'
  | 'WORKER_DIFFERS'
  | 'AUDIT_REFUSED'
  | 'JOB_ENDED'
  | 'INTERRUPTED'
  | 'INTERNAL';

/**
 * An error with a message for users: `message` states the problem, `hint` the remedy. `code` never changes between
 * versions. The cause, if any, is kept for `--verbose`.
 */
export class VeilError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'VeilError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The error of a run that was stopped from outside. */
export function interrupted(): VeilError {
  return new VeilError('INTERRUPTED', 'Stopped before the end.');
}

/** Exit codes of the command line. */
export const EXIT = { done: 0, failed: 1, usage: 2, review: 3, interrupted: 130 } as const;

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof VeilError)) return EXIT.failed;
  if (error.code === 'INTERRUPTED') return EXIT.interrupted;
  return error.code === 'USAGE' || error.code === 'CONFIG_INVALID' ? EXIT.usage : EXIT.failed;
}

/** For an exhaustive `switch`: the compiler proves that this is unreachable. */
export function assertNever(value: never): never {
  throw new VeilError('INTERNAL', `Unexpected value: ${JSON.stringify(value)}`);
}
