/**
 * Arrays for one drawing, reused for the next: hundreds of small ones per frame would burden the garbage collector.
 * They are not cleared.
 */
export class Arena {
  readonly #ints = new Stretch((length) => new Int32Array(length));
  readonly #doubles = new Stretch((length) => new Float64Array(length));

  /** Reclaims all arrays: the caller must no longer use them. */
  reset(): void {
    this.#ints.reset();
    this.#doubles.reset();
  }

  ints(count: number): Int32Array {
    return this.#ints.take(count);
  }

  doubles(count: number): Float64Array {
    return this.#doubles.take(count);
  }
}

/** One long array whose parts are handed out one after the other. */
class Stretch<Numbers extends { readonly length: number; subarray(from: number, to: number): Numbers }> {
  readonly #make: (length: number) => Numbers;
  #all: Numbers;
  #taken = 0;

  constructor(make: (length: number) => Numbers) {
    this.#make = make;
    this.#all = make(0);
  }

  reset(): void {
    this.#taken = 0;
  }

  take(count: number): Numbers {
    // Arrays in use keep the old memory.
    if (this.#taken + count > this.#all.length) {
      this.#all = this.#make(2 * (this.#all.length + count));
      this.#taken = 0;
    }
    this.#taken += count;
    return this.#all.subarray(this.#taken - count, this.#taken);
  }
}
