import { expect, test } from 'vitest';
import { frameBytes } from '../../../src/frame/frame.ts';
import { planWindow, withinWindow } from '../../../src/pipeline/file/window.ts';

const rhythm = { interval: 3, stride: 2 };

const video = (width: number, height: number, fps: number): Parameters<typeof planWindow>[0] => ({
  width,
  height,
  format: 'yuv420p',
  frameRate: { num: fps, den: 1 },
});

test('a run looks two seconds ahead', () => {
  expect(planWindow(video(1280, 720, 30), rhythm)).toEqual({ lookAhead: 60, slack: 12 });
});

test('a slow film is looked ahead of by two looks at least', () => {
  expect(planWindow(video(640, 480, 5), rhythm).lookAhead).toBe(12);
});

test.each([
  [3840, 2160],
  [8192, 4320],
])('frames of %i×%i wait within 256 MiB, and two looks still fit', (width, height) => {
  const look = withinWindow(rhythm, video(width, height, 60));
  const { lookAhead, slack } = planWindow(video(width, height, 60), look);
  const frames = lookAhead + slack;
  expect(frames * frameBytes('yuv420p', width, height)).toBeLessThanOrEqual(256 * 1024 * 1024);
  expect(lookAhead).toBeGreaterThanOrEqual(2 * look.interval * look.stride);
});
