import type { Look } from '../frame/detection.ts';
import type { SceneChange } from '../frame/scene-change.ts';
import type { Tracker } from './tracker.ts';

/**
 * Tells a tracker of frames, cuts and looks in the order of their frames, though looks take their time: a cut waits until
 * a look at its scene or after it is known, so that faces of the scene before never pass for faces of the one after.
 */
export class TrackerFeed {
  readonly #tracker: Tracker;
  /** First frames of scenes that the tracker does not know of yet. */
  #cuts: number[] = [];

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** What became of the scene with a frame. Every frame, in order, ahead of the look at it. */
  addFrame(frame: number, { isCut, shift }: SceneChange): void {
    this.#tracker.addCameraShift(frame, shift);
    if (isCut) this.#cuts.push(frame);
  }

  /** A finished look. Looks come in the order of their frames. */
  addLook(look: Look): void {
    this.cutUpTo(look.frame);
    this.#tracker.addLook(look);
  }

  /** Tells of the cuts up to a frame, where no look at an earlier frame comes any more. */
  cutUpTo(frame: number): void {
    for (const cut of this.#cuts.filter((each) => each <= frame)) this.#tracker.addCut(cut);
    this.#cuts = this.#cuts.filter((each) => each > frame);
  }

  /** Forgets scenes that ended before a frame without a look, so that they need not be kept for ever. */
  forget(before: number): void {
    while ((this.#cuts[1] ?? Infinity) <= before) this.#cuts.shift();
  }
}
