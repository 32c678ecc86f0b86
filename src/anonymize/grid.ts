import { planesOf, type Frame } from '../frame/frame.ts';
import type { Outline } from './region-kinds.ts';

/** No option allows more cells across a head. */
export const MOST_CELLS = 8;
/**
 * A cell is at least this many pixels wide and high, so that small heads are averaged as well, and too smooth to show
 * the edges of a face.
 */
const SMALLEST_CELL = 16;

/** Cells across a head: `wanted`, or fewer for a small head. 1…8. */
export function cellsAcross(head: Outline, wanted: number): number {
  const most = Math.floor((2 * Math.min(head.radiusX, head.radiusY)) / SMALLEST_CELL);
  return Math.max(1, Math.min(MOST_CELLS, Math.floor(wanted) || 1, most));
}

/**
 * Side of the squares of a mosaic, pixels: about the width of a cell, and a power of two. Squares are aligned to the
 * picture's corner, so those of all covers lie on one grid, however the heads move.
 */
export function mosaicSquare({ radiusX }: Outline, across: number): number {
  const cell = Math.max(SMALLEST_CELL, (2 * radiusX) / across);
  return 2 ** Math.round(Math.log2(cell));
}

/**
 * The samples that each cell of a head averages: for each plane, row by row, four integers per cell (x0, y0, x1, y1;
 * ends exclusive), inside the plane and never empty.
 */
export function cellRects(head: Outline, across: number, frame: Frame): Int32Array {
  const rects = new Int32Array(3 * across * across * 4);
  let at = 0;
  for (const plane of planesOf(frame.format, frame.width, frame.height)) {
    const columns = cuts(head.centerX, head.radiusX, across, plane.shiftX, plane.width);
    const rows = cuts(head.centerY, head.radiusY, across, plane.shiftY, plane.height);
    for (const [y0, y1] of rows) {
      for (const [x0, x1] of columns) {
        rects.set([x0, y0, x1, y1], at);
        at += 4;
      }
    }
  }
  return rects;
}

/**
 * Cuts the extent of a head into equal cells. A cell at the picture's edge is extended inwards to at least half of its
 * size: a sliver would show its pixels.
 */
function cuts(
  center: number,
  radius: number,
  across: number,
  shift: number,
  size: number,
): [number, number][] {
  const scale = 1 << shift;
  const start = (center - radius) / scale;
  const step = (2 * radius) / across / scale;
  const least = Math.min(size, Math.max(1, Math.ceil(step / 2)));
  return Array.from({ length: across }, (_, i) => {
    const from = clamp(Math.round(start + i * step), 0, size);
    const to = clamp(Math.round(start + (i + 1) * step), 0, size);
    if (to - from >= least) return [from, to];
    const first = clamp(from === 0 ? 0 : to - least, 0, size - least);
    return [first, first + least];
  });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
