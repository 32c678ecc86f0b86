import type { Box } from '../../src/frame/box.ts';
import type { Frame } from '../../src/frame/frame.ts';

/** Mean luma (BT.601, 0…255) of the middle of a face in a gbrp frame: how dark skin and light together make it. */
export function faceLight({ width, height, data }: Frame, face: Box): number {
  const plane = width * height;
  const left = Math.max(0, Math.floor(face.x + face.width / 4));
  const right = Math.min(width, Math.max(left + 1, Math.ceil(face.x + (3 * face.width) / 4)));
  const top = Math.max(0, Math.floor(face.y + face.height / 4));
  const bottom = Math.min(height, Math.max(top + 1, Math.ceil(face.y + (3 * face.height) / 4)));
  let sum = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let at = y * width + left; at < y * width + right; at += 1) {
      sum += 0.587 * data[at]! + 0.114 * data[plane + at]! + 0.299 * data[2 * plane + at]!;
    }
  }
  return sum / Math.max(1, (bottom - top) * (right - left));
}
