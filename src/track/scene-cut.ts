import type { Frame } from '../frame/frame.ts';

/** Cells of the coarse picture, and bins of its histogram. */
const GRID_X = 32;
const GRID_Y = 18;
const BINS = 32;

/** Mean change of a cell, 0…255, and share of cells that change their histogram bin, from which it is a cut. */
const CUT = { change: 24, timesUsual: 3, histogram: 0.22 };

/** Finds hard cuts: the coarse picture and its histogram both change at once, and much more than they just did. */
export class SceneCutDetector {
  #previous: Float32Array | null = null;
  #recent = 0;

  /** Whether this frame, the next in order, is the first of a new scene. */
  next(frame: Frame): boolean {
    const grid = sample(frame);
    const previous = this.#previous;
    this.#previous = grid;
    if (previous === null) return false;
    const change = difference(previous, grid);
    const usual = this.#recent;
    this.#recent = 0.8 * usual + 0.2 * Math.min(change, 20);
    return (
      change > CUT.change &&
      change > CUT.timesUsual * usual &&
      histogramChange(previous, grid) > CUT.histogram
    );
  }
}

/** Mean of nine samples of each cell of the first plane (luma; green for stills). */
function sample({ data, width, height }: Frame): Float32Array {
  const grid = new Float32Array(GRID_X * GRID_Y);
  for (let gy = 0; gy < GRID_Y; gy += 1) {
    for (let gx = 0; gx < GRID_X; gx += 1) {
      let sum = 0;
      for (let k = 0; k < 9; k += 1) {
        const x = Math.floor(((gx + ((k % 3) + 0.5) / 3) * width) / GRID_X);
        const y = Math.floor(((gy + (Math.floor(k / 3) + 0.5) / 3) * height) / GRID_Y);
        sum += data[y * width + x]!;
      }
      grid[gy * GRID_X + gx] = sum / 9;
    }
  }
  return grid;
}

function difference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

function histogramChange(a: Float32Array, b: Float32Array): number {
  const bins = new Int32Array(BINS);
  for (const value of a) bins[Math.min(BINS - 1, Math.floor((value * BINS) / 256))]! += 1;
  for (const value of b) bins[Math.min(BINS - 1, Math.floor((value * BINS) / 256))]! -= 1;
  let sum = 0;
  for (const count of bins) sum += Math.abs(count);
  return sum / (2 * a.length);
}
