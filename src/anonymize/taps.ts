import type { Drawing } from './painter.ts';

/**
 * Weights of the three cells around a position: a quadratic B-spline when drawn smoothly (its slope is
 * continuous, so no seams between cells), all on the middle cell when drawn flat.
 *
 * @param position −1 at the head's first edge, 1 at its last; further out the edge cell goes on
 * @returns the middle cell, 0…across − 1; cell −1 and cell `across` mean the edge cells again
 */
export function taps(
  position: number,
  across: number,
  drawing: Drawing,
  weights: Float64Array,
  at: number,
): number {
  const along = Math.min(across - 0.001, Math.max(0, ((position + 1) / 2) * across));
  const cell = Math.floor(along);
  if (drawing === 'flat') {
    weights[at] = 0;
    weights[at + 1] = 1;
    weights[at + 2] = 0;
    return cell;
  }
  const t = along - cell - 0.5;
  weights[at] = ((0.5 - t) * (0.5 - t)) / 2;
  weights[at + 1] = 0.75 - t * t;
  weights[at + 2] = ((0.5 + t) * (0.5 + t)) / 2;
  return cell;
}
