import { VeilError } from '../errors.ts';
import { frameBytes, sampleBytes, type PixelFormat } from '../frame/frame.ts';
import type { VideoEncoder } from './encoder-support.ts';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Minimum side of SVT-AV1, pixels. */
const SVT_SMALLEST = 64;

/**
 * The size for an encoder: the next even one if it can't take odd sizes.
 *
 * @throws VeilError ENCODER_UNAVAILABLE if the picture is too small for it
 */
export function encodableSize(encoder: VideoEncoder, { width, height }: Size): Size {
  if (encoder === 'libsvtav1' && Math.min(width, height) < SVT_SMALLEST) {
    throw new VeilError(
      'ENCODER_UNAVAILABLE',
      `The picture is ${width}x${height}, and this encoder of av1 takes ${SVT_SMALLEST}x${SVT_SMALLEST} at least.`,
      { hint: 'Choose another codec with --codec.' },
    );
  }
  if (encoder === 'libvpx-vp9' || encoder === 'libaom-av1') return { width, height };
  return { width: width + (width % 2), height: height + (height % 2) };
}

/**
 * Repeats the last column and row of a YUV 4:2:0 picture up to the next even size, so that nothing is lost or
 * stretched, and no dark edge appears. Chroma planes, which are rounded up, fit already. (ffmpeg's `pad` would cut the
 * column.)
 *
 * @returns the same data if both sizes are even
 */
export function padToEven(data: Uint8Array, from: Size, to: Size, format: PixelFormat): Uint8Array {
  if (from.width === to.width && from.height === to.height) return data;
  const padded = new Uint8Array(frameBytes(format, to.width, to.height));
  const bytes = sampleBytes(format);
  for (let y = 0; y < to.height; y += 1) {
    const row = Math.min(y, from.height - 1) * from.width * bytes;
    const end = row + from.width * bytes;
    padded.set(data.subarray(row, end), y * to.width * bytes);
    if (to.width > from.width) padded.set(data.subarray(end - bytes, end), ((y + 1) * to.width - 1) * bytes);
  }
  padded.set(data.subarray(from.width * from.height * bytes), to.width * to.height * bytes);
  return padded;
}
