import type { Samples } from '../frame/frame.ts';
import type { Edge } from './edge.ts';

/** The samples of one row that a head covers: ring from `from`, protected from `start` to `end`, ring up to `to`. */
export interface CoveredRow {
  readonly y: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
  readonly to: number;
}

/** What a protected sample counts at least, so that it is never taken for an open one. */
export const LEAST_WEIGHT = 1e-3;

/**
 * Several covers in one row of a plane, blended into one: each counts most in its middle, so that no seam shows, and
 * what is protected by any of them shows nothing of the picture.
 */
export class RowBlend {
  /** Samples of a row, at most. */
  readonly width: number;
  readonly #sum: Float64Array;
  readonly #weight: Float64Array;
  /** Share of the picture that shows through. */
  readonly #open: Float64Array;

  /** @param width samples of a row, at most */
  constructor(width: number) {
    this.width = width;
    this.#sum = new Float64Array(width);
    this.#weight = new Float64Array(width);
    this.#open = new Float64Array(width).fill(1);
  }

  /** @param line what the cover shows, from sample `left` on */
  add({ y, from, start, end, to }: CoveredRow, edge: Edge, line: Samples, left: number): void {
    const weights = edge.weights(y, from, to);
    for (let x = start; x < end; x++) {
      if (weights[x - from]! < LEAST_WEIGHT) weights[x - from] = LEAST_WEIGHT;
    }
    const sum = this.#sum;
    const total = this.#weight;
    for (let x = from; x < to; x++) {
      const weight = weights[x - from]!;
      sum[x]! += weight * line[x - left]!;
      total[x]! += weight;
    }
    this.#openRing(edge.shares(y, from, start), from, start);
    this.#open.fill(0, start, end);
    const behind = Math.max(start, end);
    this.#openRing(edge.shares(y, behind, to), behind, to);
  }

  #openRing(shares: Float64Array, from: number, to: number): void {
    const open = this.#open;
    for (let x = from; x < to; x++) open[x]! *= 1 - shares[x - from]!;
  }

  /** Draws samples `from`…`to` over the picture, whose row begins at `at`, and is empty again. */
  draw(data: Samples, at: number, from: number, to: number): void {
    const sums = this.#sum;
    const weights = this.#weight;
    const opens = this.#open;
    for (let x = from; x < to; x++) {
      const weight = weights[x]!;
      if (weight === 0) continue;
      const open = opens[x]!;
      const cover = sums[x]! / weight;
      data[at + x] = (open === 0 ? cover + 0.5 : cover + (data[at + x]! - cover) * open + 0.5) | 0;
    }
    sums.fill(0, from, to);
    weights.fill(0, from, to);
    opens.fill(1, from, to);
  }
}
