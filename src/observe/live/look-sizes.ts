import { Ewma } from '../../base/ewma.ts';

/** How much of a frame's pictures a look takes: all that are usual, or those that are left under overload. */
export type LookSize = 'usual' | 'spared';

/**
 * Milliseconds from one look of usual size to the next, at most: a face that only they find stays covered in between.
 * A small face that comes in right after one may be seen as much later, less the delay.
 */
const USUAL_EVERY = 400;

/** Milliseconds by which a look should be done before it is needed. */
const MARGIN = 10;

/** Takes a smaller look where one of usual size would come too late for the frames that wait for it. */
export class LookSizes {
  readonly #duration = new Ewma();
  #lastUsual = -Infinity;

  /**
   * @param look when its frame and the first one of its scene were captured, when it would begin and by when it is
   *   needed, milliseconds
   */
  choose(look: {
    readonly capturedAt: number;
    readonly sceneStartedAt: number;
    readonly now: number;
    readonly neededAt: number;
  }): LookSize {
    const since = look.capturedAt - this.#lastUsual;
    // Not where the clock was set back, nor where the last one saw the scene before a cut.
    const isRecent = since >= 0 && since < USUAL_EVERY && this.#lastUsual >= look.sceneStartedAt;
    return isRecent && look.now + this.#duration.high + MARGIN > look.neededAt ? 'spared' : 'usual';
  }

  /** Notes that a look of usual size is done: when its frame was captured, and how long it took, milliseconds. */
  took(capturedAt: number, duration: number): void {
    this.#lastUsual = capturedAt;
    this.#duration.add(duration);
  }
}
