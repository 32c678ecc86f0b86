import { expect, test } from 'vitest';
import type { TrackBox } from '../../src/frame/track.ts';
import { TrackRecord } from '../../src/documents/track-record.ts';

const box = (trackId: number): TrackBox => ({
  trackId,
  box: { x: 1, y: 2, width: 3, height: 4 },
  origin: 'filled',
  score: 0.2,
});

test('says of a track in which frames it was covered, and not how long it was followed after it was dismissed', () => {
  const record = new TrackRecord();
  for (let index = 0; index < 5; index += 1) {
    record.addFrame({ index, time: index / 25 }, index === 1 || index === 2 ? [box(7)] : []);
  }
  const [track, ...others] = record.tracks([
    { id: 7, firstFrame: 0, lastFrame: 4, score: 0.2222, detections: 3 },
    { id: 8, firstFrame: 0, lastFrame: 4, score: 0.1, detections: 1 },
  ]);
  expect(others).toEqual([]);
  expect(track).toMatchObject({ id: 7, firstFrame: 1, lastFrame: 2, score: 0.222, detections: 3 });
  expect(track!.boxes.map(([frame]) => frame)).toEqual([1, 2]);
});
