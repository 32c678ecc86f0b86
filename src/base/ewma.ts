/** Weight of the newest value in an estimate. */
const WEIGHT = 0.2;

/** A value that changes slowly, and by how much it varies. */
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

  /** What hardly any value is above: some three standard deviations. */
  get high(): number {
    return this.mean + 4 * this.#deviation;
  }
}
