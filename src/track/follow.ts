import type { Observation } from '../frame/observation.ts';
import type { Tracker } from './tracker.ts';

/** Passes the observation of a frame to a tracker. Call it for every frame, in order. */
export function follow(tracker: Tracker, { frame, isCut, shift, faces }: Observation): void {
  tracker.addCameraShift(frame, shift);
  // A cut comes first: the faces belong to the scene that begins with it.
  if (isCut) tracker.addCut(frame);
  if (faces !== null) tracker.addLook({ frame, faces });
}
