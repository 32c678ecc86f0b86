/** The range of the waits, milliseconds. */
export interface BackoffRange {
  readonly first: number;
  readonly most: number;
}

/** How long to wait before something that failed is tried again: twice as long after each failure, up to a limit. */
export class Backoff {
  readonly #range: BackoffRange;
  #next: number;

  constructor(range: BackoffRange) {
    this.#range = range;
    this.#next = range.first;
  }

  /**
   * Milliseconds to wait this time.
   *
   * @param ranFor milliseconds that it worked before it failed: longer than the longest wait counts as a success
   */
  next(ranFor = 0): number {
    if (ranFor > this.#range.most) this.reset();
    const wait = this.#next;
    this.#next = Math.min(2 * wait, this.#range.most);
    return wait;
  }

  /** It worked: the next wait is the first again. */
  reset(): void {
    this.#next = this.#range.first;
  }
}
