import type { Samples } from '../frame/frame.ts';
import type { Edge } from './edge.ts';
import type { Spans } from './spans.ts';

/** Minimum weight of a protected sample, so that it never counts as open. */
export const LEAST_WEIGHT = 1e-3;

/**
 * Blends several covers in one row of a plane: each has its largest weight at its centre, so that no seam shows, and
 * samples protected by any of them show nothing of the picture.
 */
export class RowBlend {
  /** Maximum number of samples in a row. */
  readonly width: number;
  readonly #sum: Float64Array;
  readonly #weight: Float64Array;
  /** Share of the picture that remains visible. */
  readonly #open: Float64Array;

  /** @param width maximum number of samples in a row */
  constructor(width: number) {
    this.width = width;
    this.#sum = new Float64Array(width);
    this.#weight = new Float64Array(width);
    this.#open = new Float64Array(width).fill(1);
  }

  /**
   * Adds the cover of a head in row `y`.
   *
   * @param line samples of the cover
   */
  add(y: number, { top, data }: Spans, edge: Edge, line: Samples): void {
    const at = (y - top) * 4;
    const from = data[at]!;
    const start = data[at + 1]!;
    const end = data[at + 2]!;
    const to = data[at + 3]!;
    const behind = Math.max(start, end);
    const weights = edge.weights(y, from, to);
    for (let i = start - from; i < end - from; i++) weights[i] = Math.max(LEAST_WEIGHT, weights[i]!);
    const sum = this.#sum;
    const total = this.#weight;
    for (let x = from; x < to; x++) {
      const weight = weights[x - from]!;
      sum[x]! += weight * line[x]!;
      total[x]! += weight;
    }
    this.#openRing(edge.shares(y, from, start), from, start);
    const open = this.#open;
    // Not `fill`: the call takes longer than a row of a head.
    for (let x = start; x < end; x++) open[x] = 0;
    this.#openRing(edge.shares(y, behind, to), behind, to);
  }

  #openRing(shares: Float64Array, from: number, to: number): void {
    const open = this.#open;
    for (let x = from; x < to; x++) open[x]! *= 1 - shares[x - from]!;
  }

  /** Draws samples `from`…`to` over the picture, whose row begins at `at`, and clears itself. */
  draw(data: Samples, at: number, from: number, to: number): void {
    const sums = this.#sum;
    const weights = this.#weight;
    const opens = this.#open;
    for (let x = from; x < to; x++) {
      const weight = weights[x]!;
      const open = opens[x]!;
      opens[x] = 1;
      if (weight === 0) continue;
      const cover = sums[x]! / weight;
      sums[x] = 0;
      weights[x] = 0;
      data[at + x] = (open === 0 ? cover + 0.5 : cover + (data[at + x]! - cover) * open + 0.5) | 0;
    }
  }
}
