import { expect, test } from 'vitest';
import type { TrackBox } from '../../src/frame/track.ts';
import { headsOf } from '../../src/track/heads.ts';

const box = (trackId: number, x: number): TrackBox => ({
  ...{ trackId, box: { x, y: 10, width: 20, height: 20 } },
  ...{ origin: 'detected', score: 0.9 },
});

test('paths of one person on one head become one box around both, under the number of the person', () => {
  const heads = headsOf([
    { personId: 1, box: box(1, 10) },
    { personId: 1, box: box(3, 14) },
  ]);
  expect(heads.map(({ trackId, box: around }) => [trackId, around.x, around.width])).toEqual([[1, 10, 24]]);
});

test('a path that is elsewhere keeps its own number, and no number comes twice, whichever path is older', () => {
  const apart = [
    { personId: 5, box: box(2, 10) },
    { personId: 5, box: box(5, 200) },
  ];
  for (const boxes of [apart, apart.toReversed()]) {
    expect(headsOf(boxes).map(({ trackId, box: at }) => [trackId, at.x])).toEqual([
      [5, 200],
      [2, 10],
    ]);
  }
});
