import { VeilError, type ErrorCode } from '../../errors.ts';
import type { VideoEncoder } from '../encoder-support.ts';
import { forgetHardware } from './choose-hardware.ts';
import { isHardware } from './hardware-encoders.ts';

/** Errors that an encoder may have caused. */
const ITS_FAULT: ReadonlySet<ErrorCode> = new Set(['ENCODER_FAILED', 'OUTPUT_CHECK_FAILED']);

/**
 * Adds a hint to the error of a failed file if a hardware encoder may have caused it, and makes the next run test
 * encoders again.
 */
export async function withHardwareHint(
  error: unknown,
  encoder: VideoEncoder,
  ffmpeg: string,
): Promise<unknown> {
  if (!(error instanceof VeilError) || !ITS_FAULT.has(error.code) || !isHardware(encoder)) return error;
  await forgetHardware(ffmpeg);
  return new VeilError(error.code, error.message, {
    hint: `Nothing was left behind. It was encoded in hardware, by ${encoder}: run it again with --hw off.`,
    cause: error.cause,
  });
}
