import type { Drawing } from './painter.ts';

/**
 * The value at a place in a cell: a quadratic B-spline over the cell and its neighbours if smooth (continuous slope, so
 * no seams), the cell's own value if flat.
 *
 * @param through position in the cell, −0.5…0.5
 */
export function mixCells(
  before: number,
  cell: number,
  after: number,
  through: number,
  drawing: Drawing,
): number {
  if (drawing === 'flat') return cell;
  const square = (before + after) / 2 - cell;
  const slope = (after - before) / 2;
  return (square * through + slope) * through + (before + after) / 8 + 0.75 * cell;
}

/** Position of a sample in a cell, −0.5…0.5; clamped for samples beyond the outermost cells. */
export function throughCell(
  sample: number,
  cell: number,
  across: number,
  center: number,
  radius: number,
  shift: number,
): number {
  const along = ((((sample + 0.5) * (1 << shift) - center) / radius + 1) / 2) * across;
  return Math.min(0.5, Math.max(-0.5, along - cell - 0.5));
}

/**
 * First sample of each cell along one axis, and the end of the last one: `across` + 1 integers.
 *
 * @param grid side of the mosaic squares, pixels: each square shows the cell at its centre, and cells without the
 *   centre of a square stay empty. 1 draws every cell in its place.
 */
export function cellStarts(
  center: number,
  radius: number,
  across: number,
  shift: number,
  grid: number,
): Int32Array {
  return Int32Array.from({ length: across + 1 }, (_, cell) => {
    const place = center + radius * ((2 * cell) / across - 1);
    return grid === 1
      ? Math.ceil(place / (1 << shift) - 0.5)
      : (Math.ceil(place / grid - 0.5) * grid) >> shift;
  });
}
