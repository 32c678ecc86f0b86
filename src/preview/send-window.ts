/** Pictures: ten are a third of a second, which a short hiccup may last without a loss. */
const SMALLEST = 1;
const LARGEST = 10;
const FIRST = 6;
/** An answer within this time says that there is room for more, one after this that there was too much, ms. */
const QUICK = 150;
const SLOW = 300;

/**
 * How many pictures may be on their way to a page that has not said that it has them. What lies in the buffers of a
 * slow line is old when it arrives, so the window shrinks until each picture is the newest there is.
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

  /** The page has this picture and those before it. */
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
