import type { Observation } from '../../frame/observation.ts';
import { follow } from '../../track/follow.ts';
import type { Tracker } from '../../track/tracker.ts';

/** Gives a tracker the observations of frames when it is time to wait for them. */
export class Follower {
  readonly #tracker: Tracker;
  readonly #pending: { readonly frame: number; readonly observation: Promise<Observation> }[] = [];

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** Every frame, in order. */
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
