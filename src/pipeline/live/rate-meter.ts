/** Longest and shortest time over which the rate is measured, milliseconds. */
const WINDOW = 2000;
const SHORTEST = 500;

/** Measures events per second. */
export class RateMeter {
  readonly #times: number[] = [];
  #startedAt: number | null = null;

  add(now: number): void {
    this.#startedAt ??= now;
    this.#times.push(now);
    this.#forget(now);
  }

  /** Events per second over the last two seconds, or since the first event. */
  rate(now: number): number {
    this.#forget(now);
    const passed = Math.min(WINDOW, Math.max(SHORTEST, now - (this.#startedAt ?? now)));
    return (this.#times.length * 1000) / passed;
  }

  #forget(now: number): void {
    while ((this.#times[0] ?? Infinity) < now - WINDOW) this.#times.shift();
  }
}
