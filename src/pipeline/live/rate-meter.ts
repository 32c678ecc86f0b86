/** Milliseconds over which a rate is taken. */
const WINDOW = 2000;

/** Counts events a second. */
export class RateMeter {
  readonly #times: number[] = [];

  add(now: number): void {
    this.#times.push(now);
    this.#forget(now);
  }

  /** Events a second over the last two seconds. */
  rate(now: number): number {
    this.#forget(now);
    return (this.#times.length * 1000) / WINDOW;
  }

  #forget(now: number): void {
    while ((this.#times[0] ?? Infinity) < now - WINDOW) this.#times.shift();
  }
}
