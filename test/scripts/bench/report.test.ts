import { expect, test } from 'vitest';
import { plotOf } from '../../../scripts/bench/plot.ts';
import { markdownOf, ratioOf } from '../../../scripts/bench/report.ts';
import type { CaseResult } from '../../../scripts/bench/run-case.ts';

const usage = (cpu: number | null): CaseResult['pairs'][number]['plain'] => ({
  wall: 4,
  cpu,
  ownPeak: 100,
  allPeak: 300,
  moved: 280e6,
});

function result(faces: number, ...pairs: (readonly [number | null, number | null])[]): CaseResult {
  return {
    name: `720p render ${faces} veryfast`,
    height: 720,
    faces,
    frames: 100,
    pairs: pairs.map(([plain, veil]) => ({ plain: usage(plain), veil: usage(veil) })),
    stages: { cover: 0.5 },
    programs: { ffmpeg: 3 },
    framesWaiting: 0,
    firstFrame: 0.8,
  };
}

test('the ratio is that of the middle pair, so that one bad moment of the machine does not count', () => {
  expect(ratioOf(result(0, [2, 3], [4, 20], [2, 2.8]), 'cpu')).toBeCloseTo(1.5);
});

test('what the system does not tell is left open', () => {
  const untold = result(0, [null, null]);
  expect(ratioOf(untold, 'cpu')).toBeNull();
  expect(markdownOf([untold])).toContain('| – | – → – |');
});

test('the table has a row for each case, with the bytes that a frame costs', () => {
  const [, , row] = markdownOf([result(10, [2, 3])]).split('\n');
  expect(row).toBe('| 720p render 10 veryfast | 1.00 | 1.50 | 2.0 → 3.0 | 0.80 | 0 | 2.8 | 100 / 300 |');
});

test('the plot has a line for each size and preset, over the number of faces', () => {
  const svg = plotOf([result(100, [2, 5]), result(0, [2, 3])]);
  expect(svg.match(/<polyline/g)).toHaveLength(1);
  // From 10 ms at no face to 30 ms, the top, at a hundred.
  expect(svg).toContain('points="60.0,220.0 490.0,30.0"');
});
