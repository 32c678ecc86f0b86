import { area, intersectionArea, type Box } from '../../../src/frame/box.ts';
import type { Detection } from '../../../src/frame/detection.ts';
import { Tracker, type TrackerOptions } from '../../../src/track/tracker.ts';

/** For a 720p video with a look at every sixth frame. */
export const options: TrackerOptions = {
  width: 1280,
  height: 720,
  frameRate: 30,
  lookInterval: 6,
  lookAhead: 30,
  confirmation: { seenOnce: 0.3, largeFace: 0, holdSeconds: 0.4 },
};

/** A face box, 1.25 times as high as wide. */
export function box(x: number, y: number, size = 60): Box {
  return { x, y, width: size, height: size * 1.25 };
}

/** A detection of such a face. */
export function face(x: number, y: number, score = 0.9, size = 60): Detection {
  return { box: box(x, y, size), score };
}

/** Runs looks at every sixth frame of a video of `frames` frames. */
export function follow(
  frames: number,
  look: (frame: number) => Detection[],
  cuts: readonly number[] = [],
  given: TrackerOptions = options,
): Tracker {
  const tracker = new Tracker(given);
  for (let frame = 0; frame < frames; frame += 1) {
    if (cuts.includes(frame)) tracker.addCut(frame);
    if (frame % 6 === 0) tracker.addLook({ frame, faces: look(frame) });
  }
  tracker.end(frames - 1);
  return tracker;
}

/** Share of a face that the boxes of a frame cover, 0…1. */
export function covered(tracker: Tracker, frame: number, truth: Box): number {
  return Math.max(
    0,
    ...tracker.boxesAt(frame).map(({ box: of }) => intersectionArea(of, truth) / area(truth)),
  );
}
