import type { Look } from '../../frame/detection.ts';
import type { FrameWithLook } from '../../observe/schedule-looks.ts';
import type { SceneWatch } from '../../observe/scene-watch.ts';
import { TrackerFeed } from '../../track/tracker-feed.ts';
import type { Tracker } from '../../track/tracker.ts';

/** Feeds a tracker with frames at once, and with the looks at them when it is time to wait for these. */
export class LookLine {
  readonly #feed: TrackerFeed;
  readonly #scenes: Pick<SceneWatch, 'next'>;
  readonly #pending: { readonly frame: number; readonly look: Promise<Look | null> }[] = [];

  constructor(tracker: Tracker, scenes: Pick<SceneWatch, 'next'>) {
    this.#feed = new TrackerFeed(tracker);
    this.#scenes = scenes;
  }

  add({ frame, look }: FrameWithLook): void {
    this.#feed.addFrame(frame.index, this.#scenes.next(frame));
    if (look !== null) this.#pending.push({ frame: frame.index, look });
  }

  /** Waits for the looks at frames up to this one, and passes them on. Rejects with the detector's error. */
  async settle(lastFrame: number): Promise<void> {
    while (this.#pending.length > 0 && this.#pending[0]!.frame <= lastFrame) {
      const look = await this.#pending.shift()!.look;
      if (look !== null) this.#feed.addLook(look);
    }
    this.#feed.cutUpTo(lastFrame);
  }
}
