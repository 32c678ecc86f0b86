import { expect, test } from 'vitest';
import { RateMeter } from '../../../src/pipeline/live/rate-meter.ts';

test('a rate is known soon after the start, follows changes, and is 0 when nothing comes', () => {
  const meter = new RateMeter();
  expect(meter.rate(0)).toBe(0);
  for (let at = 0; at < 1000; at += 40) meter.add(at);
  expect(meter.rate(1000)).toBeCloseTo(25, 0);
  for (let at = 1000; at < 4000; at += 100) meter.add(at);
  expect(meter.rate(4000)).toBeCloseTo(10, 0);
  expect(meter.rate(7000)).toBe(0);
});
