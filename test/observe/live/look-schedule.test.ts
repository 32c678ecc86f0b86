import { describe, expect, test } from 'vitest';
import { LookSchedule } from '../../../src/observe/live/look-schedule.ts';

/** Which of these frames are looked at where each look is done this long after its frame was captured, milliseconds. */
function looked(options: {
  readonly period: number;
  readonly lag?: number;
  readonly spacing?: number;
  readonly delay?: number;
  readonly isSparing?: boolean;
}): number[] {
  const { period, lag = 40, spacing = 45, delay = 150, isSparing = false } = options;
  const schedule = new LookSchedule({ spacing, delay });
  return Array.from({ length: 60 }, (_, index) => index).filter((index) => {
    schedule.offer({ index, capturedAt: index * period, pictures: [] });
    if (schedule.take(isSparing, period) === null) return false;
    schedule.took(lag);
    return true;
  });
}

/** Milliseconds between the last two looks. */
function spacingOf(...args: Parameters<typeof looked>): number {
  const [before, last] = looked(...args).slice(-2);
  return (last! - before!) * args[0].period;
}

test('the detector gets the newest pictures, each once', () => {
  const schedule = new LookSchedule({ spacing: 45, delay: 150 });
  schedule.offer({ index: 0, capturedAt: 0, pictures: [] });
  schedule.offer({ index: 2, capturedAt: 66, pictures: [] });
  expect(schedule.take(false, 33)?.index).toBe(2);
  expect(schedule.take(false, 33)).toBeNull();
});

describe('a look is due', () => {
  test.each([
    [1000 / 60, 50],
    [1000 / 30, 66],
    [40, 80],
    [50, 50],
    [1000 / 15, 66],
  ])('with a frame every %f ms every %i ms, whatever was measured before', (period, spacing) => {
    expect(spacingOf({ period })).toBeCloseTo(spacing, -1);
  });

  test('half as often while the machine is overloaded, where the delay has room for that', () => {
    expect(spacingOf({ period: 1000 / 30, delay: 300, isSparing: true })).toBeCloseTo(100, -1);
    expect(spacingOf({ period: 1000 / 15, delay: 300, isSparing: true })).toBeCloseTo(133, -1);
  });

  test('as often as ever where frames between two looks would be due before the second is done', () => {
    const period = 1000 / 30;
    expect(spacingOf({ period, delay: 150, lag: 90, isSparing: true })).toBeCloseTo(66, -1);
    expect(spacingOf({ period: 1000 / 15, delay: 150, lag: 100, isSparing: true })).toBeCloseTo(66, -1);
  });

  test('again when the clock was set back', () => {
    const schedule = new LookSchedule({ spacing: 45, delay: 150 });
    schedule.offer({ index: 0, capturedAt: 5000, pictures: [] });
    schedule.take(false, 33);
    schedule.offer({ index: 1, capturedAt: 1000, pictures: [] });
    expect(schedule.take(false, 33)?.index).toBe(1);
  });
});
