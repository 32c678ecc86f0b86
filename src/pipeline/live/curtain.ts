/** Milliseconds. */
const TIMES = {
  /** Shortest duration of a curtain after a visible picture. */
  shortest: 1000,
  /** Frames must have been known for this long before it lifts: the looks have caught up. */
  calm: 300,
  /** A curtain that falls this soon after the last one lifted stays twice as long. */
  again: 5000,
  longest: 8000,
};

/** Keeps the whole picture covered for some time, to avoid flicker. It has no clock of its own. */
export class Curtain {
  #since: number | null = null;
  #lastUnknown = -Infinity;
  #liftedAt = -Infinity;
  #hasShown = false;
  #shortest = TIMES.shortest;

  /**
   * Whether the curtain covers the next frame.
   *
   * @param isKnown whether the faces of the frame are known
   * @param at capture time, milliseconds
   */
  covers(isKnown: boolean, at: number): boolean {
    if (!isKnown) this.#fall(at);
    if (this.#since === null) {
      this.#hasShown = true;
      return false;
    }
    // If the clock was set back, start again.
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
