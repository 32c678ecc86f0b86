import type { Picture } from '../../frame/frame.ts';

/** Pictures of one frame that may be looked at. */
export interface OfferedPictures {
  readonly index: number;
  /** When the frame was captured, milliseconds. */
  readonly capturedAt: number;
  readonly pictures: readonly Picture[];
}

/** What decides when the next look is due, milliseconds. */
export interface LookTiming {
  /** From one look to the next, at least. */
  readonly spacing: number;
  /** From capture until a frame leaves. */
  readonly delay: number;
}

/** Share by which what is newest changes an estimate. */
const WEIGHT = 0.2;

/** Milliseconds by which a look should be done before it is needed. */
const MARGIN = 10;

/** Keeps the newest pictures for a detector that is busy: what is older is worth less with every frame. */
export class LookSchedule {
  readonly #timing: LookTiming;
  readonly #between = new Estimate();
  readonly #lag = new Estimate();
  #newest: OfferedPictures | null = null;
  #lastOffered: OfferedPictures | null = null;
  #lastTaken: OfferedPictures | null = null;

  constructor(timing: LookTiming) {
    this.#timing = timing;
  }

  offer(offered: OfferedPictures): void {
    if (this.#lastOffered !== null) this.#between.add(offered.capturedAt - this.#lastOffered.capturedAt);
    this.#lastOffered = offered;
    this.#newest = offered;
  }

  /**
   * The newest pictures, once, or null where it is too early for another look.
   *
   * @param isSparing whether to look half as often, where frames between two looks would still be known in time
   * @param period milliseconds from frame to frame
   */
  take(isSparing: boolean, period: number): OfferedPictures | null {
    const next = this.#newest;
    if (next === null) return null;
    const passed = this.#lastTaken === null ? Infinity : next.capturedAt - this.#lastTaken.capturedAt;
    // Not where the clock was set back.
    if (passed >= 0 && (passed < this.#timing.spacing || (isSparing && this.#canWait(passed, period))))
      return null;
    this.#newest = null;
    this.#lastTaken = next;
    return next;
  }

  /** Notes how long after capture a look was done, milliseconds. */
  took(lag: number): void {
    this.#lag.add(lag);
  }

  /**
   * Looking less often never takes so long that frames between two looks would be due before the second is done: that
   * would cover more, and save nothing. The frame right after a look waits longest: for the next look, and until that
   * is done.
   */
  #canWait(passed: number, period: number): boolean {
    const { spacing, delay } = this.#timing;
    const usual = Math.max(spacing, this.#between.mean);
    const next = passed + this.#between.mean;
    return passed < 1.5 * usual && next <= period + delay - this.#lag.high - MARGIN;
  }
}

/** A value that changes slowly, and by how much it varies. */
class Estimate {
  #mean: number | null = null;
  #deviation = 0;

  add(value: number): void {
    if (this.#mean === null) this.#mean = value;
    this.#deviation += WEIGHT * (Math.abs(value - this.#mean) - this.#deviation);
    this.#mean += WEIGHT * (value - this.#mean);
  }

  get mean(): number {
    return this.#mean ?? 0;
  }

  /** What few values are above. */
  get high(): number {
    return this.mean + 2 * this.#deviation;
  }
}
