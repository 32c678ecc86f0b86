/** Window for the smallest lag, milliseconds. */
const WINDOW = 3000;

/** If arrivals are late by more than this, the clock follows at once, milliseconds. */
const LATE = 60;

/** Otherwise it follows by at most this much, ms per second: more than clocks drift, too little to see or hear. */
const SLEW = 10;

/** A timestamp jump from this size on is a break, not jitter, milliseconds. */
const BREAK = 1500;

/**
 * Estimates the capture time of frames from their timestamps and arrival times. Queues delay arrivals, and nothing
 * makes them early, so the smallest lag of the last seconds gives the offset between the source's clock and ours. A
 * busy machine then causes no jitter, and a source whose clock drifts or jumps stays on true time.
 */
export class CaptureClock {
  readonly #lags: { readonly at: number; readonly lag: number }[] = [];
  #offset: number | null = null;
  #at = 0;

  /**
   * @param timestamp of the frame by the source's clock, milliseconds
   * @param arrivedAt by our clock
   * @returns capture time by our clock; never later than the arrival
   */
  capturedAt(timestamp: number, arrivedAt: number): number {
    const lag = arrivedAt - timestamp;
    const last = this.#lags.at(-1);
    if (last !== undefined && Math.abs(lag - last.lag) > BREAK) this.#lags.length = 0;
    // A lag can become the smallest only if no later one is smaller.
    while ((this.#lags.at(-1)?.lag ?? -Infinity) >= lag) this.#lags.pop();
    this.#lags.push({ at: arrivedAt, lag });
    while (this.#lags[0]!.at < arrivedAt - WINDOW) this.#lags.shift();
    this.#offset = this.#follow(this.#lags[0]!.lag, arrivedAt);
    this.#at = arrivedAt;
    return Math.min(arrivedAt, timestamp + this.#offset);
  }

  /** Capture time of anything else with a timestamp of this source; null before the first frame. */
  timeOf(timestamp: number): number | null {
    return this.#offset === null ? null : timestamp + this.#offset;
  }

  #follow(earliest: number, arrivedAt: number): number {
    const before = this.#offset;
    if (before === null || earliest < before || earliest > before + LATE) return earliest;
    return Math.min(earliest, before + (SLEW * (arrivedAt - this.#at)) / 1000);
  }
}
