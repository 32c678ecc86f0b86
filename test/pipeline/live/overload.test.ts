import { expect, test } from 'vitest';
import { LookSchedule } from '../../../src/pipeline/live/look-schedule.ts';
import { lookSpacing, OverloadLadder } from '../../../src/pipeline/live/overload.ts';

/** Feeds seconds of frames at 25 a second. @returns the levels it went through, with the second */
function feed(ladder: OverloadLadder, fromSecond: number, seconds: number, lateShare: number): number[][] {
  const changes: number[][] = [];
  for (let frame = 0; frame < seconds * 25; frame += 1) {
    const second = fromSecond + frame / 25;
    if (ladder.add((frame % 100) / 100 < lateShare, second * 1000))
      changes.push([Math.round(second), ladder.level]);
  }
  return changes;
}

test('more is done step by step while frames are late, and no step is left out', () => {
  const ladder = new OverloadLadder();
  expect(feed(ladder, 0, 20, 0.5).map(([, level]) => level)).toEqual([1, 2, 3, 4]);
});

test('a few late frames are no overload', () => {
  const ladder = new OverloadLadder();
  expect(feed(ladder, 0, 60, 0.02)).toEqual([]);
});

test('it steps back when all is calm, and waits longer when that was wrong', () => {
  const ladder = new OverloadLadder();
  feed(ladder, 0, 2.04, 1);
  expect(ladder.level).toBe(1);
  const [first] = feed(ladder, 2.04, 20, 0);
  expect(first![1]).toBe(0);
  expect(first![0]! - 2).toBeLessThan(15);
  feed(ladder, 22.04, 2.04, 1);
  expect(ladder.level).toBe(1);
  const [second] = feed(ladder, 24.08, 60, 0);
  expect(second![0]! - 24).toBeGreaterThan(15);
});

test('looks are never so far apart that frames between them are due before the second is done', () => {
  const timing = { interval: 2, frameRate: 25, delay: 150, cost: 20 };
  expect(lookSpacing(0, timing)).toBe(2);
  expect(lookSpacing(1, timing)).toBe(2);
  expect(lookSpacing(1, { ...timing, delay: 300 })).toBe(4);
  expect(lookSpacing(4, { ...timing, delay: 2000 })).toBe(4);
});

test('the detector gets the newest pictures, each once', () => {
  const schedule = new LookSchedule({ interval: 2, frameRate: 25, delay: 150 });
  schedule.offer(0, []);
  schedule.offer(2, []);
  expect(schedule.take(0)?.index).toBe(2);
  expect(schedule.take(0)).toBeNull();
  schedule.offer(3, []);
  expect(schedule.take(0)).toBeNull();
  schedule.offer(4, []);
  expect(schedule.take(0)?.index).toBe(4);
});
