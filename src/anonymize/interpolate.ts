import type { Drawing } from './painter.ts';

/**
 * What is drawn at a place in a cell: a quadratic B-spline over the cell and its neighbours when smooth (its
 * slope is continuous, so no seams show), the cell itself when flat.
 *
 * @param through the way through the cell, −0.5…0.5
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

/** The way through a cell of a sample that lies in it, −0.5…0.5; at the edge cell's end for samples beyond. */
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
 * The samples at which the cells along one axis begin, and where the last one ends: `across` + 1 whole numbers.
 *
 * @param grid pixels of the squares that cells are made of: each shows the cell that its middle lies in, and cells that
 *   hold no middle stay empty. 1 draws every cell where it lies.
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
