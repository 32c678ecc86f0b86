import { expect, test } from 'vitest';
import { OVERLOAD_STEPS } from '../../../src/frame/live-output.ts';
import { OverloadLadder } from '../../../src/pipeline/live/overload.ts';

/** Feeds seconds of frames at 25 a second. @returns the levels it went through, with the second */
function feed(ladder: OverloadLadder, fromSecond: number, seconds: number, lateShare: number): number[][] {
  const changes: number[][] = [];
  for (let frame = 0; frame < seconds * 25; frame += 1) {
    const second = fromSecond + frame / 25;
    if (ladder.add((frame % 100) / 100 < lateShare, second * 1000))
      changes.push([Math.round(second), ladder.taken.length]);
  }
  return changes;
}

test('more is done step by step while frames are late, and no step is left out', () => {
  const ladder = new OverloadLadder(OVERLOAD_STEPS);
  expect(feed(ladder, 0, 20, 0.5).map(([, level]) => level)).toEqual([1, 2, 3, 4]);
});

test('steps that there are not are left out', () => {
  const ladder = new OverloadLadder(['fewer-looks', 'preview-rate']);
  feed(ladder, 0, 20, 1);
  expect(ladder.taken).toEqual(['fewer-looks', 'preview-rate']);
  expect(ladder.has('smaller-looks')).toBe(false);
});

test('a few late frames are not an overload', () => {
  const ladder = new OverloadLadder(OVERLOAD_STEPS);
  expect(feed(ladder, 0, 60, 0.02)).toEqual([]);
});

test('it steps back when all is calm, and stays where it was when that was wrong', () => {
  const ladder = new OverloadLadder(OVERLOAD_STEPS);
  feed(ladder, 0, 2.04, 1);
  expect(ladder.taken.length).toBe(1);
  const [first] = feed(ladder, 2.04, 20, 0);
  expect(first![1]).toBe(0);
  expect(first![0]! - 2).toBeLessThan(15);
  feed(ladder, 22.04, 2.04, 1);
  expect(ladder.taken.length).toBe(1);
  expect(feed(ladder, 24.08, 590, 0)).toEqual([]);
  expect(feed(ladder, 614.08, 30, 0)).toHaveLength(1);
});

test('the few late frames of a source that is back after a pause are not an overload', () => {
  const ladder = new OverloadLadder(OVERLOAD_STEPS);
  feed(ladder, 0, 1, 0);
  expect(ladder.add(true, 9_000)).toBe(false);
  expect(ladder.add(true, 9_040)).toBe(false);
  expect(feed(ladder, 9.08, 10, 0)).toEqual([]);
});
