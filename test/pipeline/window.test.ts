import { expect, test } from 'vitest';
import { frameBytes } from '../../src/frame/frame.ts';
import { planWindow } from '../../src/pipeline/window.ts';

const video = (width: number, height: number, fps: number): Parameters<typeof planWindow>[0] => ({
  width,
  height,
  format: 'yuv420p',
  frameRate: { num: fps, den: 1 },
});

test('a run looks a second ahead', () => {
  expect(planWindow(video(1280, 720, 30), 6)).toEqual({
    lookInterval: 6,
    delay: { lookAhead: 30, slack: 12 },
  });
});

test('a slow film is looked ahead of by two looks at least', () => {
  expect(planWindow(video(640, 480, 5), 6).delay.lookAhead).toBe(12);
});

test.each([
  [3840, 2160],
  [8192, 4320],
])('frames of %i×%i wait within 256 MiB, and two looks still fit', (width, height) => {
  const { lookInterval, delay } = planWindow(video(width, height, 60), 6);
  const frames = delay.lookAhead + delay.slack;
  expect(frames * frameBytes('yuv420p', width, height)).toBeLessThanOrEqual(256 * 1024 * 1024);
  expect(delay.lookAhead).toBeGreaterThanOrEqual(2 * lookInterval);
});
