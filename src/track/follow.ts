import type { Observation } from '../frame/observation.ts';
import type { Tracker } from './tracker.ts';

/** Tells a tracker what was seen of a frame. Every frame, in order. */
export function follow(tracker: Tracker, { frame, isCut, shift, faces }: Observation): void {
  tracker.addCameraShift(frame, shift);
  // A cut comes first: the faces belong to the scene that begins with it.
  if (isCut) tracker.addCut(frame);
  if (faces !== null) tracker.addLook({ frame, faces });
}
