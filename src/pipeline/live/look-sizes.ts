import { Estimate } from './estimate.ts';

/** How much of a frame's pictures a look takes: all that are usual, or those that are left under overload. */
export type LookSize = 'usual' | 'spared';

/**
 * Milliseconds from one look of usual size to the next, at most: whoever is seen in one of them alone is covered from
 * well before it until well after it, so that looks in between may be smaller without losing anybody.
 */
const USUAL_EVERY = 400;

/** Milliseconds by which a look should be done before it is needed. */
const MARGIN = 10;

/** Takes a smaller look where one of usual size would come too late for the frames that wait for it. */
export class LookSizes {
  readonly #duration = new Estimate();
  #lastUsual = -Infinity;

  /** @param look when its frame was captured, when it would begin and by when it is needed, milliseconds */
  choose(look: { readonly capturedAt: number; readonly now: number; readonly neededAt: number }): LookSize {
    const since = look.capturedAt - this.#lastUsual;
    // Not where the clock was set back.
    const isRecent = since >= 0 && since < USUAL_EVERY;
    if (isRecent && look.now + this.#duration.high + MARGIN > look.neededAt) return 'spared';
    this.#lastUsual = look.capturedAt;
    return 'usual';
  }

  /** Notes how long a look of usual size took, milliseconds. */
  took(duration: number): void {
    this.#duration.add(duration);
  }
}
