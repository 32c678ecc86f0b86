/** Milliseconds over which the earliest arrival counts. */
const WINDOW = 3000;

/** Milliseconds that arrivals may be later than believed before the clock follows at once. */
const LATE = 60;

/** Milliseconds a second that it follows otherwise: more than any two clocks differ, and too little to be seen or heard. */
const SLEW = 10;

/** Milliseconds from which a jump of timestamps is a break and no jitter. */
const BREAK = 1500;

/**
 * Tells when a frame was captured, from its timestamp and when it arrived. Arrivals are late by what they waited for,
 * never early: the earliest of the last seconds says how the source's clock and ours lie. So a busy machine does not
 * make time wobble, and a source whose clock drifts or jumps stays in true time.
 */
export class CaptureClock {
  readonly #lags: { readonly at: number; readonly lag: number }[] = [];
  #offset: number | null = null;
  #at = 0;

  /**
   * @param timestamp of the frame by the source's clock, milliseconds
   * @param arrivedAt by ours
   * @returns when it was captured, by our clock; never later than it arrived
   */
  capturedAt(timestamp: number, arrivedAt: number): number {
    const lag = arrivedAt - timestamp;
    const last = this.#lags.at(-1);
    if (last !== undefined && Math.abs(lag - last.lag) > BREAK) this.#lags.length = 0;
    // Only a lag that no later one undercuts can become the earliest.
    while ((this.#lags.at(-1)?.lag ?? -Infinity) >= lag) this.#lags.pop();
    this.#lags.push({ at: arrivedAt, lag });
    while (this.#lags[0]!.at < arrivedAt - WINDOW) this.#lags.shift();
    this.#offset = this.#follow(this.#lags[0]!.lag, arrivedAt);
    this.#at = arrivedAt;
    return Math.min(arrivedAt, timestamp + this.#offset);
  }

  /** When something else with a timestamp of this source was captured, or null before the first frame. */
  timeOf(timestamp: number): number | null {
    return this.#offset === null ? null : timestamp + this.#offset;
  }

  #follow(earliest: number, arrivedAt: number): number {
    const before = this.#offset;
    if (before === null || earliest < before || earliest > before + LATE) return earliest;
    return Math.min(earliest, before + (SLEW * (arrivedAt - this.#at)) / 1000);
  }
}
