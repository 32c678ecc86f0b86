import type { Drawing } from './painter.ts';

/** One row or column of cells, its edge cells repeated once: value `i + 1` belongs to cell `i`. */
export type PaddedCells = Float64Array;

/**
 * Position in a head to position in its cells: 0 at the start of the first, `across` at the end of the last;
 * further out the edge goes on.
 *
 * @param position −1 at the head's first edge, 1 at its last
 */
export function alongCells(position: number, across: number): number {
  return Math.min(across, Math.max(0, ((position + 1) / 2) * across));
}

/**
 * What is drawn at a place between cells: a quadratic B-spline when smooth (its slope is continuous, so no seams
 * show), the cell itself when flat.
 */
export function mixCells(cells: PaddedCells, along: number, drawing: Drawing): number {
  const cell = Math.min(cells.length - 3, Math.floor(along));
  if (drawing === 'flat') return cells[cell + 1]!;
  const t = along - cell - 0.5;
  return (
    (cells[cell]! * (0.5 - t) * (0.5 - t)) / 2 +
    cells[cell + 1]! * (0.75 - t * t) +
    (cells[cell + 2]! * (0.5 + t) * (0.5 + t)) / 2
  );
}
