import type { Frame } from '../../src/frame/frame.ts';

const [width, height] = [640, 360];

export const LANDSCAPE = { width, height };

/** A landscape of soft bright hills, seen from (x, y), enlarged by `zoom`; `blot` covers some of it with grey. */
export function view(
  x: number,
  y: number,
  options: { zoom?: number; blot?: { from: number; to: number; x: number } } = {},
): Frame {
  const { zoom = 1, blot } = options;
  const data = new Uint8Array((width * height * 3) / 2);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const covered = blot !== undefined && column >= blot.from && column < blot.to;
      const [u, v] = covered
        ? [column - blot.x + 900, row + 700]
        : [(column - width / 2) / zoom + x, (row - height / 2) / zoom + y];
      data[row * width + column] =
        128 +
        40 * Math.sin(u / 13) * Math.cos(v / 17) +
        35 * Math.sin((u + 2 * v) / 29) +
        20 * Math.sin(u / 7 - v / 9);
    }
  }
  return { index: 0, pts: 0, time: 0, width, height, format: 'yuv420p', data };
}
