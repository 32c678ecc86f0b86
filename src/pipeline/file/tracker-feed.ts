import type { Look } from '../../frame/detection.ts';
import type { SceneWatch } from '../../observe/scene-watch.ts';
import type { Tracker } from '../../track/tracker.ts';
import type { FrameWithLook } from '../../observe/schedule-looks.ts';

/** What the tracker is told of a frame: a look at it, or that a scene begins with it. */
interface Event {
  readonly frame: number;
  readonly look: Promise<Look | null> | null;
}

/** Tells a tracker of frames, cuts and looks in the order of their frames, though looks take their time. */
export class TrackerFeed {
  readonly #tracker: Tracker;
  readonly #scenes: Pick<SceneWatch, 'next'>;
  readonly #events: Event[] = [];

  constructor(tracker: Tracker, scenes: Pick<SceneWatch, 'next'>) {
    this.#tracker = tracker;
    this.#scenes = scenes;
  }

  add({ frame, look }: FrameWithLook): void {
    const { isCut, shift } = this.#scenes.next(frame);
    this.#tracker.addCameraShift(frame.index, shift);
    if (isCut) this.#events.push({ frame: frame.index, look: null });
    if (look !== null) this.#events.push({ frame: frame.index, look });
  }

  /** Waits for the looks at frames up to this one, and passes them on. Rejects with the detector's error. */
  async settle(lastFrame: number): Promise<void> {
    while (this.#events.length > 0 && this.#events[0]!.frame <= lastFrame) {
      const { frame, look } = this.#events.shift()!;
      if (look === null) {
        this.#tracker.addCut(frame);
        continue;
      }
      const known = await look;
      if (known !== null) this.#tracker.addLook(known);
    }
  }
}
