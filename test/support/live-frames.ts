import { frameBytes } from '../../src/frame/frame.ts';
import type { CapturedFrame } from '../../src/source/live/live-source.ts';

export const LIVE_SIZE = { width: 64, height: 48 } as const;

/** A picture with a gradient from left to right (`scene` 0), or reversed (1), like two scenes. */
export function livePicture(scene: 0 | 1 = 0): Uint8Array {
  const { width, height } = LIVE_SIZE;
  const data = new Uint8Array(frameBytes('yuv420p', width, height)).fill(128);
  for (let i = 0; i < width * height; i += 1) {
    const x = i % width;
    data[i] = 40 + 2.5 * (scene === 0 ? x : width - x) + (Math.floor(i / width) % 7);
  }
  return data;
}

/** The n-th frame at 25 fps. */
export function capturedFrame(
  index: number,
  options: { readonly startAt?: number; readonly scene?: 0 | 1; readonly isFirst?: boolean } = {},
): CapturedFrame {
  const { startAt = 0, scene = 0, isFirst = index === 0 } = options;
  const time = index * 0.04;
  return {
    frame: { index, pts: time * 1_000_000, time, ...LIVE_SIZE, format: 'yuv420p', data: livePicture(scene) },
    capturedAt: startAt + index * 40,
    isFirst,
  };
}
