import { expect, test } from 'vitest';
import type { Observation } from '../../../src/frame/observation.ts';
import { NO_SHIFT } from '../../../src/frame/scene-change.ts';
import { ObservationLine } from '../../../src/observe/live/observation-line.ts';

/** A line to which so many frames have come, and what is complete already. */
function lineOf(frames: number, longest = 100): { line: ObservationLine; complete: Observation[] } {
  const line = new ObservationLine(longest);
  const complete: Observation[] = [];
  for (let frame = 0; frame < frames; frame += 1) {
    complete.push(...line.addFrame({ frame, pts: 40 * frame, isCut: frame === 8, shift: NO_SHIFT }));
  }
  return { line, complete };
}

const framesOf = (observations: readonly Observation[]) => observations.map(({ frame }) => frame);

test('frames wait until a look at them or after them is done, and leave in order', () => {
  const { line, complete } = lineOf(12);
  expect(complete).toEqual([]);
  const observations = line.addLook({ frame: 9, faces: [] });
  expect(framesOf(observations)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(observations.filter(({ faces }) => faces !== null)).toEqual([
    { frame: 9, pts: 360, isCut: false, shift: NO_SHIFT, faces: [] },
  ]);
  expect(observations.filter(({ isCut }) => isCut)).toMatchObject([{ frame: 8 }]);
  expect(framesOf(line.addLook({ frame: 11, faces: [] }))).toEqual([10, 11]);
});

test('a look that comes after a later one, or for a frame that is forgotten, is not taken', () => {
  const { line } = lineOf(12);
  line.addLook({ frame: 9, faces: [] });
  expect(line.addLook({ frame: 6, faces: [] })).toEqual([]);
});

test('while no look finishes, frames are observed without one and no more than the limit wait', () => {
  const { line, complete } = lineOf(30, 10);
  expect(framesOf(complete)).toEqual(Array.from({ length: 20 }, (_, frame) => frame));
  expect(complete.every(({ faces }) => faces === null)).toBe(true);
  expect(line.addLook({ frame: 19, faces: [] })).toEqual([]);
  expect(framesOf(line.addLook({ frame: 20, faces: [] }))).toEqual([20]);
});
