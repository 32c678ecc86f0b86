import type { Frame } from '../frame/frame.ts';

/** Number of cells of the coarse picture. */
const GRID_X = 32;
const GRID_Y = 18;

/**
 * Criteria of a cut: low correlation between the cells of two pictures (-1…1), large change (mean change of a cell over
 * its contrast), and much less correlation than before. Pans, fades, flashes and film grain keep the layout of light
 * and dark, even in dark scenes; another scene does not.
 */
const CUT = { correlation: 0.45, change: 0.4, timesUsual: 3 };

/** Below this contrast (standard deviation of the cells, 0…128) a picture is blank: black, or a flash. */
const BLANK = 3;

/** The cells of a picture, with their mean and standard deviation. */
interface Layout {
  readonly cells: Float32Array;
  readonly mean: number;
  readonly contrast: number;
}

/** Detects hard cuts at the first frame of the new scene, without look-ahead. */
export class SceneCutDetector {
  #previous: Layout | null = null;
  #usual = 0;

  /** Whether this frame, the next in order, starts a new scene. */
  next(frame: Frame): boolean {
    const layout = layoutOf(sample(frame));
    const previous = this.#previous;
    // A blank picture is skipped in comparisons: a flash is not a cut, and a new scene after black is one.
    if (layout.contrast < BLANK) return false;
    this.#previous = layout;
    if (previous === null) return false;
    const common = correlation(previous, layout);
    const usual = this.#usual;
    this.#usual = 0.8 * usual + 0.2 * Math.min(1 - common, 0.3);
    const change = difference(previous.cells, layout.cells) / Math.max(previous.contrast, layout.contrast);
    return common < CUT.correlation && change > CUT.change && 1 - common > CUT.timesUsual * usual;
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

function layoutOf(cells: Float32Array): Layout {
  const mean = cells.reduce((sum, value) => sum + value, 0) / cells.length;
  const variance = cells.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cells.length;
  return { cells, mean, contrast: Math.sqrt(variance) };
}

/** For two pictures that are not blank: 1 if equal apart from brightness and contrast, 0 if unrelated. */
function correlation(a: Layout, b: Layout): number {
  let sum = 0;
  for (let i = 0; i < a.cells.length; i += 1) sum += (a.cells[i]! - a.mean) * (b.cells[i]! - b.mean);
  return sum / (a.cells.length * a.contrast * b.contrast);
}
