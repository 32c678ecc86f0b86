/** How long to wait before something that failed is tried again: twice as long after each failure, up to a limit. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  #next: number;

  /** @param range milliseconds */
  constructor({ first, most }: { readonly first: number; readonly most: number }) {
    this.#first = first;
    this.#most = most;
    this.#next = first;
  }

  /** Milliseconds to wait this time. */
  next(): number {
    const wait = this.#next;
    this.#next = Math.min(2 * wait, this.#most);
    return wait;
  }

  /** It worked: the next wait is the first again. */
  reset(): void {
    this.#next = this.#first;
  }
}
