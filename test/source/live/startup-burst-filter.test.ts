import { expect, test } from 'vitest';
import { StartupBurstFilter } from '../../../src/source/live/startup-burst-filter.ts';

/** Index of the first of these frames that counts as steady. */
function steadyFrom(frames: readonly (readonly [timestamp: number, arrivedAt: number])[]): number {
  const pace = new StartupBurstFilter();
  return frames.map(([timestamp, at]) => pace.add(timestamp, at)).indexOf(true);
}

test('frames that come at their time are steady after a few', () => {
  expect(steadyFrom(Array.from({ length: 30 }, (_, index) => [index * 33, 5000 + index * 33]))).toBe(7);
});

test('frames that have waited and come all at once are not, and those after them are', () => {
  const frames = Array.from(
    { length: 60 },
    (_, index) => [index * 33, Math.max(1000 + index, index * 33)] as const,
  );
  // The 31st is the first that arrives on time.
  const from = steadyFrom(frames);
  expect(from).toBeGreaterThanOrEqual(31);
  expect(from).toBeLessThan(40);
});

test('a source that never comes at its time is taken as it is after some seconds', () => {
  const frames = Array.from({ length: 200 }, (_, index) => [index * 100, index * 40] as const);
  expect(steadyFrom(frames)).toBe(76);
});

test('what jitters is steady all the same', () => {
  const frames = Array.from(
    { length: 60 },
    (_, index) => [index * 33, index * 33 + ((index * 7919) % 60)] as const,
  );
  expect(steadyFrom(frames)).toBeLessThan(16);
});
