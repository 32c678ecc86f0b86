import { expect, test, vi } from 'vitest';
import { follow } from '../../src/track/follow.ts';
import { Tracker } from '../../src/track/tracker.ts';

test('a tracker learns of the camera, then of a cut, then of the faces in the scene that begins', () => {
  const tracker = new Tracker({
    ...{ width: 1280, height: 720, frameRate: 30, lookInterval: 6, lookAhead: 30 },
    confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.5 },
  });
  const told: string[] = [];
  vi.spyOn(tracker, 'addCameraShift').mockImplementation((frame, { x }) => told.push(`${frame} moved ${x}`));
  vi.spyOn(tracker, 'addCut').mockImplementation((frame) => told.push(`${frame} cut`));
  vi.spyOn(tracker, 'addLook').mockImplementation(({ frame }) => told.push(`${frame} look`));
  const seen = { pts: 0, isCut: false, shift: { x: 3, y: 0, zoom: 1 }, faces: null };
  follow(tracker, { ...seen, frame: 0 });
  follow(tracker, { ...seen, frame: 1, isCut: true, faces: [] });
  expect(told).toEqual(['0 moved 3', '1 moved 3', '1 cut', '1 look']);
});
