import { roundBox } from '../frame/box.ts';
import type { Look } from '../frame/face.ts';
import type { Frame } from '../frame/frame.ts';
import type { TrackBox } from '../frame/track.ts';
import type { SceneCutDetector } from '../track/scene-cut.ts';
import type { Tracker } from '../track/tracker.ts';
import type { LookedFrame } from './looking.ts';

export interface DelayLineOptions {
  /** Frames after a frame whose looks must be known before its boxes are final. */
  readonly lookAhead: number;
  /**
   * Further frames that may wait, so that the detector is never waited for while it keeps up. At least those from a
   * look to the next certain one, which decides about the frames between.
   */
  readonly slack: number;
}

/**
 * A frame whose faces are known. `boxes` is null where nobody looked at the scene: cover everything. Otherwise they
 * are what a tracks file can hold, in its order: covered at once or from a file, the picture is the same.
 */
export interface TrackedFrame {
  readonly frame: Frame;
  readonly boxes: readonly TrackBox[] | null;
}

/** What the tracker is told of a frame: a look at it, or that a scene begins with it. */
interface Event {
  readonly frame: number;
  readonly look: Promise<Look | null> | null;
}

/**
 * Holds frames back until what comes after them is known, so that a face is covered from the first frame where
 * it could have been seen. At most `lookAhead + slack + 1` frames wait.
 */
export async function* delayLine(
  frames: AsyncIterable<LookedFrame>,
  tracker: Tracker,
  cuts: Pick<SceneCutDetector, 'next'>,
  options: DelayLineOptions,
): AsyncGenerator<TrackedFrame, void, void> {
  const waiting: Frame[] = [];
  const events: Event[] = [];

  /** Looks and cuts reach the tracker in the order of their frames. */
  const settle = async (lastFrame: number): Promise<void> => {
    while (events.length > 0 && events[0]!.frame <= lastFrame) {
      const { frame, look } = events.shift()!;
      if (look === null) tracker.addCut(frame);
      else {
        const known = await look;
        if (known !== null) tracker.addLook(known);
      }
    }
  };
  const release = (frame: Frame): TrackedFrame => ({
    frame,
    boxes: tracker.isBlind(frame.index) ? null : tracker.boxesAt(frame.index).map(rounded).sort(byTrack),
  });

  let last = -1;
  for await (const { frame, look } of frames) {
    last = frame.index;
    if (cuts.next(frame)) events.push({ frame: frame.index, look: null });
    if (look !== null) events.push({ frame: frame.index, look });
    waiting.push(frame);
    if (waiting.length > options.lookAhead + options.slack) {
      const oldest = waiting.shift()!;
      await settle(oldest.index + options.lookAhead);
      yield release(oldest);
    }
  }
  await settle(last);
  tracker.end(last);
  for (const frame of waiting) yield release(frame);
}

function rounded(tracked: TrackBox): TrackBox {
  return { ...tracked, box: roundBox(tracked.box) };
}

function byTrack(a: TrackBox, b: TrackBox): number {
  return a.trackId - b.trackId;
}
