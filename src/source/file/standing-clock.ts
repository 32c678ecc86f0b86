import type { Rational } from '../../frame/frame.ts';

/** Shortest distance of frames that is not suspicious, seconds: the ticks of containers are no longer than a millisecond. */
const SHORT = 0.0015;

/** Number of suspicious distances in a row from which the clock counts as standing. */
const LONGEST_RUN = 10;

/** At this rate and above, frames are as close as that, Hz. */
const FAST = 400;

/**
 * Notices where the times of a video stand almost still. Where the clock of a file goes back, as in recordings that were
 * joined byte by byte, ffmpeg gives every frame the smallest distance until the clock has caught up.
 */
export class StandingClock {
  readonly #isJudged: boolean;
  #last = -Infinity;
  #run = 0;
  #since = 0;
  #from: number | null = null;

  constructor({ num, den }: Rational) {
    this.#isJudged = num / den < FAST;
  }

  /** @param time of the next frame, seconds */
  add(time: number): void {
    if (time - this.#last < SHORT) {
      this.#run += 1;
    } else {
      this.#run = 0;
      this.#since = time;
    }
    if (this.#run >= LONGEST_RUN) this.#from ??= this.#since;
    this.#last = time;
  }

  /** Time from which it stands, seconds; null if it does not. */
  get standsFrom(): number | null {
    return this.#isJudged ? this.#from : null;
  }

  /** One sentence or none. */
  get doubts(): string[] {
    if (this.standsFrom === null) return [];
    const at = this.standsFrom.toFixed(1);
    return [
      `The clock of the file goes back at about ${at} s, as in recordings that were joined: from there on, frames pass almost at once. Cover the recordings one by one.`,
    ];
  }
}
