import { expect, test } from 'vitest';
import { CaptureClock } from '../../../src/source/live/capture-clock.ts';

const START = 1_700_000_000_000;

/** Capture times of frames with these timestamps and delays of arrival. */
function captured(frames: readonly (readonly [timestamp: number, lateness: number])[]): number[] {
  const clock = new CaptureClock();
  return frames.map(([timestamp, late]) => clock.capturedAt(timestamp, START + timestamp + late) - START);
}

test('frames that arrive late by chance keep the rhythm in which they were captured', () => {
  const lateness = [0, 5, 80, 47, 12, 0, 3, 120, 90];
  const times = captured(lateness.map((late, index) => [index * 33, late]));
  times.forEach((time, index) => {
    expect(Math.abs(time - index * 33)).toBeLessThan(1);
  });
});

test('a first frame that came late is corrected by the next that did not', () => {
  expect(
    captured([
      [0, 200],
      [33, 0],
      [66, 10],
    ]),
  ).toEqual([200, 33, 66]);
});

test('a clock that drifts is followed', () => {
  const drifting = Array.from({ length: 3000 }, (_, index) => [index * 33, index * 0.01] as const);
  const [timestamp, late] = drifting.at(-1)!;
  expect(captured(drifting).at(-1)! - timestamp).toBeGreaterThan(late - 10);
});

test('a source that is later for good is believed after some seconds', () => {
  const frames = Array.from({ length: 200 }, (_, index) => [index * 33, index < 50 ? 0 : 300] as const);
  const times = captured(frames);
  expect(times[60]).toBe(60 * 33);
  expect(times.at(-1)).toBe(199 * 33 + 300);
});

test('a source that is a little later for good is followed in some seconds, without a jump', () => {
  const frames = Array.from({ length: 400 }, (_, index) => [index * 33, index < 50 ? 0 : 50] as const);
  const late = captured(frames).map((time, index) => time - index * 33);
  expect(late[60]).toBe(0);
  expect(late.at(-1)).toBe(50);
  for (const [index, value] of late.slice(1).entries()) expect(value - late[index]!).toBeLessThan(1);
});

test('timestamps that jump do not move true time', () => {
  const clock = new CaptureClock();
  clock.capturedAt(5_000_000, START);
  expect(clock.capturedAt(0, START + 40)).toBe(START + 40);
  expect(clock.capturedAt(9_000_000_000, START + 80)).toBe(START + 80);
});

test('nothing is captured after it arrived', () => {
  const clock = new CaptureClock();
  for (let index = 0; index < 500; index += 1) {
    const arrivedAt = START + index * 33 + ((index * 7919) % 400);
    expect(clock.capturedAt(index * 30, arrivedAt)).toBeLessThanOrEqual(arrivedAt);
  }
});
