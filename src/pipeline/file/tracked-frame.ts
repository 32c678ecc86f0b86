import { roundBox } from '../../frame/box.ts';
import type { Frame } from '../../frame/frame.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { Tracker } from '../../track/tracker.ts';

/**
 * A frame whose faces are known. `boxes` is null where nobody looked at the scene: cover everything. Otherwise they
 * are what a tracks file can hold, in its order: covered at once or from a file, the picture is the same.
 */
export interface TrackedFrame {
  readonly frame: Frame;
  readonly boxes: readonly TrackBox[] | null;
}

/** Moves the tracker on to a frame and reads it there. */
export function trackedFrame(tracker: Tracker, frame: Frame): TrackedFrame {
  tracker.advanceTo(frame.index);
  if (tracker.isUnobserved(frame.index)) return { frame, boxes: null };
  return { frame, boxes: tracker.boxesAt(frame.index).map(rounded).sort(byTrack) };
}

function rounded(tracked: TrackBox): TrackBox {
  return { ...tracked, box: roundBox(tracked.box) };
}

function byTrack(a: TrackBox, b: TrackBox): number {
  return a.trackId - b.trackId;
}
