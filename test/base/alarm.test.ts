import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Alarm } from '../../src/base/alarm.ts';
import { wallClock } from '../../src/base/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('it waits until the time, and no longer than until it is rung', async () => {
  const alarm = new Alarm();
  const startedAt = wallClock();
  const woken: number[] = [];
  const wait = (time: number): void => {
    void alarm.until(startedAt + time).then(() => woken.push(Math.round(wallClock() - startedAt)));
  };
  wait(100);
  await vi.advanceTimersByTimeAsync(150);
  wait(1000);
  await vi.advanceTimersByTimeAsync(50);
  alarm.ring();
  await vi.advanceTimersByTimeAsync(1000);
  expect(woken).toEqual([100, 200]);
});

test('what happens while nobody waits ends the next wait at once', async () => {
  const alarm = new Alarm();
  alarm.ring();
  await alarm.until(Infinity);
});
