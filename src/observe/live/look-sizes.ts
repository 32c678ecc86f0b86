import { Ewma } from '../../base/ewma.ts';

/** Pictures of a look: the usual ones, or the reduced ones under overload. */
export type LookSize = 'usual' | 'spared';

/**
 * Longest time between two looks of usual size, milliseconds: a face that only these find stays covered in between. A
 * small face that appears right after one may be found that much later, less the delay.
 */
const USUAL_EVERY = 400;

/** A look should be done this much before it is needed, milliseconds. */
const MARGIN = 10;

/** Reduces a look if one of usual size would come too late for the waiting frames. */
export class LookSizes {
  readonly #duration = new Ewma();
  #lastUsual = -Infinity;

  /**
   * @param look capture times of its frame and of the first frame of its scene, its start and its deadline,
   *   milliseconds
   */
  choose(look: {
    readonly capturedAt: number;
    readonly sceneStartedAt: number;
    readonly now: number;
    readonly neededAt: number;
  }): LookSize {
    const since = look.capturedAt - this.#lastUsual;
    // Not recent if the clock was set back, or if the last look was before a cut.
    const isRecent = since >= 0 && since < USUAL_EVERY && this.#lastUsual >= look.sceneStartedAt;
    return isRecent && look.now + this.#duration.high + MARGIN > look.neededAt ? 'spared' : 'usual';
  }

  /** Records a finished look of usual size: capture time of its frame, and its duration, milliseconds. */
  took(capturedAt: number, duration: number): void {
    this.#lastUsual = capturedAt;
    this.#duration.add(duration);
  }
}
