import type { Picture } from '../../frame/frame.ts';
import { Ewma } from '../../base/ewma.ts';

/** Pictures of one frame that may be looked at. */
export interface OfferedPictures {
  readonly index: number;
  /** When the frame was captured, milliseconds. */
  readonly capturedAt: number;
  readonly pictures: readonly Picture[];
}

/** Pictures to look at now. */
export interface DueLook extends OfferedPictures {
  /** When the first frame leaves that nothing but this look can show; Infinity for the first look. */
  readonly neededAt: number;
}

/** What decides when the next look is due, milliseconds. */
export interface LookTiming {
  /** From one look to the next, at least. */
  readonly spacing: number;
  /** From capture until a frame leaves. */
  readonly delay: number;
}

/** Milliseconds by which a look should be done before it is needed. */
const MARGIN = 15;

/** Keeps the newest pictures while the detector is busy: older ones are worth less with every frame. */
export class LookSchedule {
  readonly #timing: LookTiming;
  readonly #between = new Ewma();
  readonly #lag = new Ewma();
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
  take(isSparing: boolean, period: number): DueLook | null {
    const next = this.#newest;
    if (next === null) return null;
    const last = this.#lastTaken?.capturedAt ?? -Infinity;
    const passed = next.capturedAt - last;
    // Not where the clock was set back.
    if (passed >= 0 && (passed < this.#timing.spacing || (isSparing && this.#canWait(passed, period))))
      return null;
    this.#newest = null;
    this.#lastTaken = next;
    return { ...next, neededAt: last === -Infinity ? Infinity : last + period + this.#timing.delay };
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
