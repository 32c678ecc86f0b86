import { expect, test } from 'vitest';
import type { Detection } from '../../src/frame/detection.ts';
import { associate } from '../../src/track/association.ts';
import { EgoMotion } from '../../src/track/ego-motion.ts';
import { Tracklet } from '../../src/track/tracklet.ts';

const face = (x: number, score = 0.9, size = 40): Detection => ({
  box: { x, y: 100, width: size, height: size },
  score,
});

/** Tracklets of faces detected in frame 0. */
function trackletsOf(...faces: Detection[]): Tracklet[] {
  const camera = new EgoMotion();
  return faces.map((each, index) => new Tracklet(index + 1, { ...each, frame: 0, look: 1 }, camera));
}

/** Pairs of tracklet and x of the face, and the x of the new faces, in frame 3 at 30 fps. */
function idsOf(tracklets: readonly Tracklet[], faces: readonly Detection[]) {
  const { matches, newFaces } = associate(tracklets, faces, 3, 30);
  return {
    matches: matches.map(([{ id }, { box }]) => [id, box.x]).sort(([a], [b]) => a! - b!),
    new: newFaces.map(({ box }) => box.x),
  };
}

test('each tracklet takes the face that overlaps it most', () => {
  const tracklets = trackletsOf(face(100), face(130));
  expect(idsOf(tracklets, [face(128), face(103)])).toEqual({
    matches: [
      [1, 103],
      [2, 128],
    ],
    new: [],
  });
});

test('a strong face is matched before a weak one that lies nearer', () => {
  expect(idsOf(trackletsOf(face(100)), [face(100, 0.3), face(110)])).toEqual({
    matches: [[1, 110]],
    new: [100],
  });
});

test('a weak face continues a tracklet that no strong one continues', () => {
  expect(idsOf(trackletsOf(face(100)), [face(104, 0.3)])).toEqual({ matches: [[1, 104]], new: [] });
});

test('a face that moved further than its size is found by its distance, up to a limit', () => {
  expect(idsOf(trackletsOf(face(100)), [face(145)]).matches).toEqual([[1, 145]]);
  expect(idsOf(trackletsOf(face(100)), [face(200)])).toEqual({ matches: [], new: [200] });
});

test('a face of more than twice the size is another one', () => {
  expect(idsOf(trackletsOf(face(100)), [face(100, 0.9, 79)]).matches).toHaveLength(1);
  expect(idsOf(trackletsOf(face(100)), [face(100, 0.9, 81)])).toEqual({ matches: [], new: [100] });
});

test('what the camera did is read from strong faces and applied to weak ones', () => {
  const tracklets = trackletsOf(face(100), face(300), face(500));
  const moved = [face(144), face(344), face(590, 0.3)];
  expect(idsOf(tracklets, [face(590, 0.3)]).matches).toEqual([]);
  expect(idsOf(tracklets, moved).matches).toContainEqual([3, 590]);
});
