import type { Picture } from '../../frame/frame.ts';
import { Ewma } from '../../base/ewma.ts';

/** Pictures of one frame, available for a look. */
export interface OfferedPictures {
  readonly index: number;
  /** Capture time of the frame, milliseconds. */
  readonly capturedAt: number;
  readonly pictures: readonly Picture[];
}

/** Pictures for a look now. */
export interface DueLook extends OfferedPictures {
  /** When the first frame leaves that depends on this look; Infinity for the first look. */
  readonly neededAt: number;
}

/** Timing of looks, milliseconds. */
export interface LookTiming {
  /** Shortest time between two looks. */
  readonly spacing: number;
  /** Delay from capture to release. */
  readonly delay: number;
}

/** A look should be done this much before it is needed, milliseconds. */
const MARGIN = 15;

/** Keeps only the newest pictures while the detector is busy. */
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
   * Takes the newest pictures, once; null if it is too early for another look.
   *
   * @param isSparing whether to look half as often, as long as frames between two looks are still known in time
   * @param period milliseconds between frames
   */
  take(isSparing: boolean, period: number): DueLook | null {
    const next = this.#newest;
    if (next === null) return null;
    const last = this.#lastTaken?.capturedAt ?? -Infinity;
    const passed = next.capturedAt - last;
    // Ignore the limits if the clock was set back.
    if (passed >= 0 && (passed < this.#timing.spacing || (isSparing && this.#canWait(passed, period))))
      return null;
    this.#newest = null;
    this.#lastTaken = next;
    return { ...next, neededAt: last === -Infinity ? Infinity : last + period + this.#timing.delay };
  }

  /** Records the time from capture to the end of a look, milliseconds. */
  took(lag: number): void {
    this.#lag.add(lag);
  }

  /**
   * Whether skipping a look is safe: the next look must be done before the frames in between are due, or more frames
   * would be covered and nothing saved. The frame right after a look waits longest: for the next look, and for its end.
   */
  #canWait(passed: number, period: number): boolean {
    const { spacing, delay } = this.#timing;
    const usual = Math.max(spacing, this.#between.mean);
    const next = passed + this.#between.mean;
    return passed < 1.5 * usual && next <= period + delay - this.#lag.high - MARGIN;
  }
}
