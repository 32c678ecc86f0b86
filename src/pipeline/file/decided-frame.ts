import { roundBox } from '../../frame/box.ts';
import type { Decision } from '../../frame/decision.ts';
import type { Frame } from '../../frame/frame.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { Tracker } from '../../track/tracker.ts';
import { decide } from '../decide.ts';

/**
 * A frame and its decision. Boxes are rounded and sorted as in a tracks file, so that covering at once and rendering
 * from a file give the same picture.
 */
export interface DecidedFrame<F = Frame> {
  readonly frame: F;
  readonly decision: Decision;
}

/** Advances the tracker to a frame, and decides there. Needs no pixels. */
export function decidedFrame<F extends Pick<Frame, 'index'>>(tracker: Tracker, frame: F): DecidedFrame<F> {
  tracker.advanceTo(frame.index);
  const isUnobserved = tracker.isUnobserved(frame.index);
  const boxes = isUnobserved ? [] : tracker.boxesAt(frame.index).map(rounded).sort(byTrack);
  return { frame, decision: decide({ unseen: isUnobserved ? 'unobserved' : null, boxes }) };
}

function rounded(tracked: TrackBox): TrackBox {
  return { ...tracked, box: roundBox(tracked.box) };
}

function byTrack(a: TrackBox, b: TrackBox): number {
  return a.trackId - b.trackId;
}
