import { iou } from '../frame/box.ts';
import type { Face } from '../frame/face.ts';

/**
 * Greedy non-maximum suppression: of faces that overlap by more than `threshold` (IoU) the one with the highest
 * score stays. Best first.
 */
export function suppress(faces: readonly Face[], threshold: number): Face[] {
  const kept: Face[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every((better) => iou(better.box, face.box) <= threshold)) kept.push(face);
  }
  return kept;
}
