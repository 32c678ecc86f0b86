/** Weight of the newest value in an estimate. */
const WEIGHT = 0.2;

/** Moving average of a slowly changing value, and its deviation. */
export class Ewma {
  #mean: number | null = null;
  /** Mean absolute deviation. */
  #deviation = 0;

  add(value: number): void {
    if (this.#mean === null) this.#mean = value;
    this.#deviation += WEIGHT * (Math.abs(value - this.#mean) - this.#deviation);
    this.#mean += WEIGHT * (value - this.#mean);
  }

  /** 0 before the first value. */
  get mean(): number {
    return this.#mean ?? 0;
  }

  /** An upper bound that values rarely exceed: about three standard deviations. */
  get high(): number {
    return this.mean + 4 * this.#deviation;
  }
}
