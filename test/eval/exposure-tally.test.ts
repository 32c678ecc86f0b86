import { describe, expect, test } from 'vitest';
import { measureCoverage } from '../../src/eval/box-coverage.ts';
import { ExposureTally } from '../../src/eval/leak-meter.ts';
import { timelineSvg } from '../../src/eval/timeline.ts';
import type { Truth } from '../../src/eval/truth.ts';

/** A face of 12 pixels in all ten frames, and one of 30 that comes at frame 2. */
const truth: Truth = {
  format: 'truth/1',
  width: 640,
  height: 360,
  frames: 10,
  columns: ['frame', 'x', 'y', 'width', 'height'],
  tracks: [
    { id: 'far', boxes: Array.from({ length: 10 }, (_, i) => [i, 50, 50, 10, 12]) },
    { id: 7, boxes: Array.from({ length: 8 }, (_, i) => [i + 2, 300, 100, 24, 30]) },
  ],
};

function tally(isExposed: (frame: number, height: number) => boolean): ExposureTally {
  const counted = new ExposureTally(truth);
  for (let frame = 0; frame < 10; frame += 1) counted.add(({ height }) => isExposed(frame, height));
  return counted;
}

test('faces below 16 pixels are counted by height alone', () => {
  const result = tally((_, height) => height === 12).result();
  expect(result).toMatchObject({ faceFrames: 8, exposedFaceFrames: 0, identities: 1, identitiesExposed: 0 });
  expect(
    result.byHeight.map(({ from, faceFrames, exposedFaceFrames }) => [from, faceFrames, exposedFaceFrames]),
  ).toEqual([
    [8, 10, 10],
    [16, 0, 0],
    [24, 8, 0],
    [48, 0, 0],
    [96, 0, 0],
  ]);
});

test('the first five frames of a person and the longest run are counted apart', () => {
  const result = tally((frame, height) => height === 30 && [2, 3, 4, 8].includes(frame)).result();
  expect(result.entry).toEqual({ faceFrames: 5, exposedFaceFrames: 3 });
  expect(result).toMatchObject({ exposedFaceFrames: 4, longestRun: 3, identitiesExposed: 1 });
  expect(result.exposed[0]).toMatchObject({ id: 7, frame: 2 });
});

describe('a report', () => {
  const report = (boxes: number[][], frames = 10): Parameters<typeof measureCoverage>[0] => ({
    frames,
    tracks: [{ id: 1, boxes }],
    curtains: [],
    config: { shape: 'ellipse', padding: 0.2 },
  });

  test('covers a face with a box on it, in the frames that it has', () => {
    const result = measureCoverage(
      report(Array.from({ length: 6 }, (_, i) => [i + 2, 301, 101, 23, 29, 0])),
      truth,
      25,
    );
    expect(result).toMatchObject({ faceFrames: 8, exposedFaceFrames: 2, overmaskShare: null });
    expect(result.exposed.map(({ frame }) => frame)).toEqual([8, 9]);
  });

  test('does not cover a face with a box beside it', () => {
    const beside = measureCoverage(
      report(Array.from({ length: 10 }, (_, i) => [i, 340, 100, 24, 30, 0])),
      truth,
      25,
    );
    expect(beside.exposedFaceFrames).toBe(8);
  });

  test('covers every face of a curtain', () => {
    const curtains = [{ firstFrame: 0, lastFrame: 4 }];
    const result = measureCoverage({ ...report([]), curtains }, truth, 25);
    expect(result.exposed.map(({ frame }) => frame)).toEqual([5, 6, 7, 8, 9]);
  });

  test('counts tracks that never meet a face, far ones included, for each minute', () => {
    const tracks = [
      { id: 1, boxes: [[1, 500, 200, 40, 50, 0]] },
      { id: 2, boxes: [[4, 52, 52, 8, 10, 0]] },
      { id: 3, boxes: [0, 1].map((i) => [i, 300, 100, 24, 30, 0]) },
      {
        id: 4,
        boxes: [
          [0, 300, 100, 24, 30, 0],
          [2, 310, 110, 24, 30, 0],
        ],
      },
    ];
    // Tracks 1 and 3 match no face (the large face comes at frame 2), in ten frames of 1/25 s.
    expect(measureCoverage({ ...report([]), tracks }, truth, 25).falseTracksPerMinute).toBeCloseTo(
      2 / (0.4 / 60),
    );
  });

  test('that ends early lacks frames', () => {
    expect(measureCoverage(report([], 4), truth, 25).framesMissing).toBe(6);
  });
});

test('a timeline shows when who is exposed, and no name breaks it', () => {
  const result = tally((frame, height) => height === 30 && frame < 5).result();
  const named: Truth = {
    ...truth,
    tracks: truth.tracks.map((track) => ({ ...track, id: track.id === 7 ? 7 : '<&"' })),
  };
  const svg = timelineSvg(named, {
    ...result,
    framesMissing: 0,
    framesExtra: 0,
    overmaskShare: 0,
    falseTracksPerMinute: 0,
  });
  expect(svg.match(/#d00000/g)).toHaveLength(1);
  expect(svg).toContain('&#60;&#38;&#34;');
  expect(svg).not.toContain('<&');
});
