/** Milliseconds over which a rate is taken, at most and at least. */
const WINDOW = 2000;
const SHORTEST = 500;

/** Counts events a second. */
export class RateMeter {
  readonly #times: number[] = [];
  #startedAt: number | null = null;

  add(now: number): void {
    this.#startedAt ??= now;
    this.#times.push(now);
    this.#forget(now);
  }

  /** Events a second over the last two seconds, or since the first one. */
  rate(now: number): number {
    this.#forget(now);
    const passed = Math.min(WINDOW, Math.max(SHORTEST, now - (this.#startedAt ?? now)));
    return (this.#times.length * 1000) / passed;
  }

  #forget(now: number): void {
    while ((this.#times[0] ?? Infinity) < now - WINDOW) this.#times.shift();
  }
}
