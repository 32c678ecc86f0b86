import type { CurtainReason } from '../../frame/decision.ts';
import type { LatencySpread } from '../../frame/live-output.ts';

/** Longest latency in the histogram, milliseconds. */
const LONGEST = 10_000;

/** Counts frames and reasons for covers, in a few kilobytes for a run of any length. */
export class LiveStats {
  frames = 0;
  readonly #causes = new Map<CurtainReason, number>();
  /** Number of frames by latency in milliseconds. */
  readonly #latencies = new Uint32Array(LONGEST + 1);
  #timed = 0;

  /**
   * @param cause why it was covered as a whole, or null
   * @param latency milliseconds from capture; null for a slate
   */
  add(cause: CurtainReason | null, latency: number | null): void {
    this.frames += 1;
    if (cause !== null) this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
    if (latency === null) return;
    this.#latencies[Math.min(LONGEST, Math.max(0, Math.round(latency)))]! += 1;
    this.#timed += 1;
  }

  /** Frames that were covered as a whole. */
  get curtained(): number {
    return [...this.#causes.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Frames by the reason for a whole cover, most frequent first. */
  get causes(): Partial<Record<CurtainReason, number>> {
    return Object.fromEntries([...this.#causes].sort(([, a], [, b]) => b - a));
  }

  /** Null before the first frame. */
  get latency(): LatencySpread | null {
    return this.#timed === 0 ? null : { p50: this.#percentile(0.5), p95: this.#percentile(0.95) };
  }

  #percentile(share: number): number {
    let left = Math.ceil(share * this.#timed);
    return this.#latencies.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
  }
}
