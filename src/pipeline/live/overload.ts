import type { OverloadStep } from '../../frame/live-output.ts';

/** Share of frames covered because detection was late, or dropped, from which a machine counts as overloaded. */
const OVERLOADED = 0.05;

/** Milliseconds without a frame after which earlier counts are void. */
const PAUSE = 500;

/** Milliseconds of one judgement, and of calm before a step back: a first one, and any after one that failed. */
const WINDOW = 2000;
const CALM = { first: 10_000, again: 600_000 };

/**
 * Decides how much to do, from how much was late. It finds what the machine can keep and stays there: every step back
 * that fails covers the picture, so after a failure the next try is far off.
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

  /** @param steps those of `OVERLOAD_STEPS` that there are in this run, in its order */
  constructor(steps: readonly OverloadStep[]) {
    this.#steps = steps;
  }

  /** Steps in force, in the order in which they began. */
  get taken(): readonly OverloadStep[] {
    return this.#steps.slice(0, this.#level);
  }

  /** Whether this is done now. */
  has(step: OverloadStep): boolean {
    return this.taken.includes(step);
  }

  /**
   * Takes one frame.
   *
   * @param isLate covered or dropped because the machine was too slow
   * @returns whether the level changed
   */
  add(isLate: boolean, now: number): boolean {
    // A source that is back after a loss brings a few late frames, which are not overload.
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
