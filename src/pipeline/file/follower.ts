import type { Observation } from '../../frame/observation.ts';
import { follow } from '../../track/follow.ts';
import type { Tracker } from '../../track/tracker.ts';

/** Passes observations of frames to a tracker when the pipeline needs them. */
export class Follower {
  readonly #tracker: Tracker;
  readonly #pending: { readonly frame: number; readonly observation: Promise<Observation> }[] = [];

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** Call for every frame, in order. */
  add(frame: number, observation: Promise<Observation>): void {
    this.#pending.push({ frame, observation });
  }

  /** Waits for the observations of all frames up to this one. Rejects with the detector's error. */
  async followTo(lastFrame: number): Promise<void> {
    while (this.#pending.length > 0 && this.#pending[0]!.frame <= lastFrame) {
      follow(this.#tracker, await this.#pending.shift()!.observation);
    }
  }
}
