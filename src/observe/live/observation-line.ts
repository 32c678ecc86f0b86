import type { Look } from '../../frame/detection.ts';
import type { Observation } from '../../frame/observation.ts';

/** Facts about a frame that are known when it arrives. */
export type SeenFrame = Omit<Observation, 'faces'>;

/**
 * Joins frames with looks that finish later. An observation is complete when the look at its frame is done, or a look
 * at a later frame: looks finish in order.
 */
export class ObservationLine {
  readonly #longest: number;
  readonly #waiting: SeenFrame[] = [];

  /** @param longest limit of frames waiting for a look; older ones are completed without */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Adds the next frame. @returns the observations that are now complete, in order of frames */
  addFrame(seen: SeenFrame): Observation[] {
    this.#waiting.push(seen);
    return this.#take(Math.max(0, this.#waiting.length - this.#longest));
  }

  /**
   * Adds a finished look. @returns the observations that are now complete, in order of frames, that of the look last;
   * nothing for a look that comes too late.
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
