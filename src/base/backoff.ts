/** Range of the delays, milliseconds. */
export interface BackoffRange {
  readonly first: number;
  readonly most: number;
}

/** Delays between retries: doubled after each failure, up to a limit. */
export class Backoff {
  readonly #range: BackoffRange;
  #next: number;

  constructor(range: BackoffRange) {
    this.#range = range;
    this.#next = range.first;
  }

  /**
   * The next delay, milliseconds.
   *
   * @param ranFor milliseconds of work before the failure: longer than the longest delay counts as a success
   */
  next(ranFor = 0): number {
    if (ranFor > this.#range.most) this.reset();
    const wait = this.#next;
    this.#next = Math.min(2 * wait, this.#range.most);
    return wait;
  }

  /** Call it after a success: the next delay is the first one again. */
  reset(): void {
    this.#next = this.#range.first;
  }
}
