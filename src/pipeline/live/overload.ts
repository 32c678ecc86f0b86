import type { OverloadStep } from '../../frame/live-output.ts';

/** A machine is overloaded if more than this share of frames is dropped, or covered because detection was late. */
const OVERLOADED = 0.05;

/** After this time without a frame, earlier counts are void, milliseconds. */
const PAUSE = 500;

/** Length of one measurement, and the calm before a step back: initially, and after a failed one; milliseconds. */
const WINDOW = 2000;
const CALM = { first: 10_000, again: 600_000 };

/**
 * Decides how much effort to spend, from the share of late frames. It finds the level that the machine sustains and
 * stays there: a failed step back covers the picture, so the next attempt comes much later.
 */
export class OverloadLadder {
  readonly #steps: readonly OverloadStep[];
  #level = 0;
  #windowStart: number | null = null;
  #lastAt = -Infinity;
  #frames = 0;
  #late = 0;
  #calmSince = 0;
  #calm: number = CALM.first;
  #steppedBackAt = -Infinity;

  /** @param steps the available ones of `OVERLOAD_STEPS`, in its order */
  constructor(steps: readonly OverloadStep[]) {
    this.#steps = steps;
  }

  /** Active steps, in the order of activation. */
  get taken(): readonly OverloadStep[] {
    return this.#steps.slice(0, this.#level);
  }

  /** Whether a step is active. */
  has(step: OverloadStep): boolean {
    return this.taken.includes(step);
  }

  /**
   * Adds one frame.
   *
   * @param isLate covered or dropped because the machine was too slow
   * @returns whether the level changed
   */
  add(isLate: boolean, now: number): boolean {
    // After a loss, a source delivers a few late frames, which are not overload.
    if (this.#windowStart === null || now - this.#lastAt > PAUSE) this.#begin(now);
    this.#lastAt = now;
    this.#frames += 1;
    if (isLate) this.#late += 1;
    if (now - this.#windowStart! < WINDOW) return false;
    const share = this.#late / this.#frames;
    this.#begin(now);
    if (share <= OVERLOADED) return this.#stepBack(now);
    this.#calmSince = now;
    if (this.#level === this.#steps.length) return false;
    if (now - this.#steppedBackAt < 2 * CALM.first) this.#calm = CALM.again;
    this.#level += 1;
    return true;
  }

  #begin(now: number): void {
    [this.#windowStart, this.#frames, this.#late] = [now, 0, 0];
  }

  #stepBack(now: number): boolean {
    if (this.#level === 0 || now - this.#calmSince < this.#calm) return false;
    this.#level -= 1;
    this.#calmSince = now;
    this.#steppedBackAt = now;
    return true;
  }
}
