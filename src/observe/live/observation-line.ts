import type { Look } from '../../frame/detection.ts';
import type { Observation } from '../../frame/observation.ts';

/** What is known of a frame as soon as it comes. */
export type SeenFrame = Omit<Observation, 'faces'>;

/**
 * Joins frames with the looks that finish later. An observation is complete once the look at its frame is done, or one
 * at a later frame: looks come in order, so none follows then.
 */
export class ObservationLine {
  readonly #longest: number;
  readonly #waiting: SeenFrame[] = [];

  /** @param longest frames that may wait for a look; of older ones nothing more is expected */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Takes the next frame. @returns what is complete now, in order of the frames */
  addFrame(seen: SeenFrame): Observation[] {
    this.#waiting.push(seen);
    return this.#take(Math.max(0, this.#waiting.length - this.#longest));
  }

  /**
   * Takes a finished look. @returns what is complete now, in order of the frames, that of the look last; nothing for a
   * look that comes too late
   */
  addLook({ frame, faces }: Look): Observation[] {
    const index = this.#waiting.findIndex((seen) => seen.frame === frame);
    if (index === -1) return [];
    return [...this.#take(index), { ...this.#waiting.shift()!, faces }];
  }

  #take(count: number): Observation[] {
    return this.#waiting.splice(0, count).map((seen) => ({ ...seen, faces: null }));
  }
}
