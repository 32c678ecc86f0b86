import type { Box } from '../frame/box.ts';

/** One luma sample per pixel, rows without padding. */
export interface LumaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Blocks across and down a face. */
const BLOCKS = 4;
/** Smallest side of a measured face, pixels. */
const SMALLEST = 6;
/** Below this mean squared gradient a block of the original is flat, and shows nothing in any case. */
const FLAT = 9;
/** A block is exposed if its gradients correlate by more than this and keep this share of their energy. */
const CORRELATION = 0.6;
const ENERGY = 0.2;
/** With fewer textured blocks than this, a face can't be measured. */
const FEWEST_BLOCKS = 3;

/**
 * How much of a face is still visible: of its 4×4 blocks, the share of textured ones, 0…1, whose edges are still in the
 * output. Based on pixels alone, regardless of how they were covered.
 */
export function exposedShare(original: LumaPicture, output: LumaPicture, face: Box): number {
  const { width, height } = original;
  // The inner 80 %: hair and background beside the face do not identify a person.
  const x0 = Math.max(0, Math.trunc(face.x + 0.1 * face.width));
  const y0 = Math.max(0, Math.trunc(face.y + 0.1 * face.height));
  const x1 = Math.min(width - 2, Math.trunc(face.x + 0.9 * face.width));
  const y1 = Math.min(height - 2, Math.trunc(face.y + 0.9 * face.height));
  if (x1 - x0 < SMALLEST || y1 - y0 < SMALLEST) return 0;
  const columns = split(x0, x1);
  const blocks = split(y0, y1).flatMap((row) => columns.map((column) => ({ row, column })));
  let textured = 0;
  let carried = 0;
  for (const { row, column } of blocks) {
    if (row.end - row.start < 2 || column.end - column.start < 2) continue;
    const { energy, outputEnergy, product, count } = compareGradients(original, output, row, column);
    if (energy / count < FLAT) continue;
    textured += 1;
    const correlation = product / Math.sqrt(energy * outputEnergy + 1e-6);
    if (correlation > CORRELATION && outputEnergy > ENERGY * energy) carried += 1;
  }
  return textured >= FEWEST_BLOCKS ? carried / textured : 0;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Splits a range into four spans; the first ones are longer if the length is not a multiple of four. */
function split(start: number, end: number): Span[] {
  const length = Math.floor((end - start) / BLOCKS);
  const longer = (end - start) % BLOCKS;
  return Array.from({ length: BLOCKS }, (_, i) => {
    const from = start + i * length + Math.min(i, longer);
    return { start: from, end: from + length + (i < longer ? 1 : 0) };
  });
}

/** Sums over central differences in both directions; the gradient at (x, y) belongs to pixel (x + 1, y + 1). */
function compareGradients(
  { width, data: a }: LumaPicture,
  { data: b }: LumaPicture,
  rows: Span,
  columns: Span,
): { energy: number; outputEnergy: number; product: number; count: number } {
  let energy = 0;
  let outputEnergy = 0;
  let product = 0;
  for (let y = rows.start; y < rows.end; y += 1) {
    for (let x = columns.start; x < columns.end; x += 1) {
      const at = (y + 1) * width + x + 1;
      const ax = a[at + 1]! - a[at - 1]!;
      const ay = a[at + width]! - a[at - width]!;
      const bx = b[at + 1]! - b[at - 1]!;
      const by = b[at + width]! - b[at - width]!;
      energy += ax * ax + ay * ay;
      outputEnergy += bx * bx + by * by;
      product += ax * bx + ay * by;
    }
  }
  const count = 2 * (rows.end - rows.start) * (columns.end - columns.start);
  return { energy, outputEnergy, product, count };
}
