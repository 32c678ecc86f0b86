/** Milliseconds. */
const TIMES = {
  /** A curtain over a picture that was shown stays for so long. */
  shortest: 1000,
  /** Frames must have been known for so long before it lifts: the looks have caught up. */
  calm: 300,
  /** One that falls so soon after the last has lifted stays twice as long as that. */
  again: 5000,
  longest: 8000,
};

/** Keeps the whole picture covered for a while once it is, so that it does not flash. Knows no clock. */
export class Curtain {
  #since: number | null = null;
  #lastUnknown = -Infinity;
  #liftedAt = -Infinity;
  #hasShown = false;
  #shortest = TIMES.shortest;

  /**
   * Whether it covers the next frame.
   *
   * @param isKnown whether the faces of the frame are known
   * @param at when it was captured, milliseconds
   */
  covers(isKnown: boolean, at: number): boolean {
    if (!isKnown) this.#fall(at);
    if (this.#since === null) {
      this.#hasShown = true;
      return false;
    }
    // Where the clock was set back, the time begins anew.
    this.#since = Math.min(this.#since, at);
    this.#lastUnknown = Math.min(this.#lastUnknown, at);
    const hasStayed = !this.#hasShown || at - this.#since >= this.#shortest;
    if (!isKnown || !hasStayed || at - this.#lastUnknown < TIMES.calm) return true;
    this.#since = null;
    this.#liftedAt = at;
    this.#hasShown = true;
    return false;
  }

  #fall(at: number): void {
    this.#lastUnknown = at;
    if (this.#since !== null) return;
    this.#since = at;
    const isAgain = at - this.#liftedAt < TIMES.again;
    this.#shortest = isAgain ? Math.min(TIMES.longest, 2 * this.#shortest) : TIMES.shortest;
  }
}
