import type { Plane } from '../frame/frame.ts';
import type { Outline } from './region-kinds.ts';

/**
 * The samples of one plane that a head covers, row by row from `top`. Four numbers per row: ring start, protected
 * start, protected end, ring end (ends exclusive; the protected part may be empty). Integers, so that every
 * implementation covers exactly the same samples.
 */
export interface Spans {
  readonly top: number;
  readonly rows: number;
  /** First and last (exclusive) sample over all rows. */
  readonly left: number;
  readonly right: number;
  readonly data: Int32Array;
}

/**
 * Clipped to the plane. A subsampled row covers whatever any of its luma rows covers.
 *
 * @param take array for the numbers of all rows; a new one by default
 */
export function spansOf(
  head: Outline,
  plane: Plane,
  take: (count: number) => Int32Array = (count) => new Int32Array(count),
): Spans {
  const { shiftX, shiftY, width, height } = plane;
  const reach = head.radiusY * (1 + head.feather);
  const top = Math.max(0, Math.floor(head.centerY - reach) >> shiftY);
  const bottom = Math.min(height, (Math.ceil(head.centerY + reach) >> shiftY) + 1);
  const rows = Math.max(0, bottom - top);
  const data = take(rows * 4).fill(0);
  const roundUp = (1 << shiftX) - 1;
  let left = width;
  let right = 0;
  const clip = (x: number): number => Math.min(width, Math.max(0, x));
  for (let row = 0; row < rows; row++) {
    let start = Infinity;
    let end = -Infinity;
    let ringStart = Infinity;
    let ringEnd = -Infinity;
    for (let line = 0; line <= (1 << shiftY) - 1; line++) {
      const y = ((top + row) << shiftY) + line + 0.5;
      const inner = halfWidth(head, y, 0);
      const outer = halfWidth(head, y, head.feather);
      if (inner > 0) {
        start = Math.min(start, Math.ceil(head.centerX - inner - 0.5));
        end = Math.max(end, Math.floor(head.centerX + inner - 0.5) + 1);
      }
      if (outer > 0) {
        ringStart = Math.min(ringStart, Math.ceil(head.centerX - outer - 0.5));
        ringEnd = Math.max(ringEnd, Math.floor(head.centerX + outer - 0.5) + 1);
      }
    }
    if (ringEnd <= ringStart) continue;
    const from = clip(ringStart >> shiftX);
    const to = clip((ringEnd + roundUp) >> shiftX);
    const isProtected = end > start;
    if (to > from) {
      left = Math.min(left, from);
      right = Math.max(right, to);
    }
    data[row * 4] = from;
    data[row * 4 + 1] = isProtected ? clip(start >> shiftX) : to;
    data[row * 4 + 2] = isProtected ? clip((end + roundUp) >> shiftX) : to;
    data[row * 4 + 3] = to;
  }
  return { top, rows, left: Math.min(left, right), right, data };
}

/** Half the width of the shape at height `y`, with its radii enlarged by a share; 0 above and below it. */
function halfWidth(head: Outline, y: number, share: number): number {
  const radiusX = head.radiusX * (1 + share);
  const radiusY = head.radiusY * (1 + share);
  const dy = Math.abs(y - head.centerY) / radiusY;
  if (dy >= 1) return 0;
  return head.shape === 'rectangle' ? radiusX : radiusX * Math.sqrt(1 - dy * dy);
}
