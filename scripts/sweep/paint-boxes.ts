import type { LumaPicture } from '../../src/eval/exposure.ts';
import type { Box } from '../../src/frame/box.ts';

const GREY = 128;

/** A copy with every box filled with grey. */
export function paintBoxes(picture: LumaPicture, boxes: readonly Box[]): LumaPicture {
  const { width, height } = picture;
  const data = picture.data.slice();
  for (const box of boxes) {
    const left = Math.max(0, Math.round(box.x));
    const right = Math.min(width, Math.round(box.x + box.width));
    const bottom = Math.min(height, Math.round(box.y + box.height));
    for (let y = Math.max(0, Math.round(box.y)); y < bottom && left < right; y += 1) {
      data.fill(GREY, y * width + left, y * width + right);
    }
  }
  return { ...picture, data };
}
