import { frameBytes } from '../frame/frame.ts';
import type { VideoEncoder } from './encoder-support.ts';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that an encoder must be given: the next even one where it can't take odd sizes. */
export function encodableSize(encoder: VideoEncoder, { width, height }: Size): Size {
  if (encoder === 'libvpx-vp9' || encoder === 'libaom-av1') return { width, height };
  return { width: width + (width % 2), height: height + (height % 2) };
}

/**
 * Repeats the last column and row of a yuv420p picture up to the next even size: nothing is lost or stretched, and
 * no dark edge appears. Its colour planes, which are rounded up, fit already. (ffmpeg's `pad` would cut the column.)
 *
 * @returns the same data where both sizes are even
 */
export function padToEven(data: Uint8Array, from: Size, to: Size): Uint8Array {
  if (from.width === to.width && from.height === to.height) return data;
  const padded = new Uint8Array(frameBytes('yuv420p', to.width, to.height));
  for (let y = 0; y < to.height; y += 1) {
    const row = Math.min(y, from.height - 1) * from.width;
    padded.set(data.subarray(row, row + from.width), y * to.width);
    padded.fill(data[row + from.width - 1]!, y * to.width + from.width, (y + 1) * to.width);
  }
  padded.set(data.subarray(from.width * from.height), to.width * to.height);
  return padded;
}
