/** Window in pictures: ten are a third of a second, so a short stall loses none. */
const SMALLEST = 1;
const LARGEST = 10;
const FIRST = 6;
/** A faster acknowledgement enlarges the window, one slower than SLOW halves it, ms. */
const QUICK = 150;
const SLOW = 300;

/**
 * Limit of pictures in transit to a page without acknowledgement. Pictures in the buffers of a slow connection are old
 * when they arrive, so the window shrinks until each picture is the newest.
 */
export class SendWindow {
  readonly #underWay: { readonly sequence: number; readonly at: number }[] = [];
  #size = FIRST;

  get isFull(): boolean {
    return this.#underWay.length >= Math.floor(this.#size);
  }

  sent(sequence: number): void {
    this.#underWay.push({ sequence, at: performance.now() });
  }

  /** The page acknowledges this picture and earlier ones. */
  arrived(sequence: number): void {
    for (let first = this.#underWay[0]; first !== undefined && first.sequence <= sequence;) {
      const took = performance.now() - first.at;
      if (took < QUICK) this.#size = Math.min(LARGEST, this.#size + 0.25);
      else if (took > SLOW) this.#size = Math.max(SMALLEST, this.#size / 2);
      this.#underWay.shift();
      first = this.#underWay[0];
    }
  }

  clear(): void {
    this.#underWay.length = 0;
  }
}
