import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/frame/frame.ts';
import { CameraMotion } from '../../src/observe/camera-motion.ts';
import { LANDSCAPE, view } from '../support/landscape.ts';

function shiftBetween(...views: Frame[]) {
  const camera = new CameraMotion();
  return views.map((frame) => camera.next(frame)).at(-1)!;
}

test('a first frame has not moved', () => {
  expect(shiftBetween(view(0, 0))).toEqual({ x: 0, y: 0 });
});

test.each([
  [0, 0],
  [4, 0],
  [0, -7],
  [-13, 9],
  [2.5, 1.5],
  [24, -20],
])('a camera that moves by (%d, %d) moves the picture the other way', (x, y) => {
  const shift = shiftBetween(view(100, 100), view(100 + x, 100 + y));
  expect(Math.abs(shift.x + x)).toBeLessThan(1);
  expect(Math.abs(shift.y + y)).toBeLessThan(1);
});

test('somebody who walks through a third of the picture does not count', () => {
  const shift = shiftBetween(
    view(0, 0, { blot: { from: 0, to: 200, x: 0 } }),
    view(6, 2, { blot: { from: 0, to: 200, x: 12 } }),
  );
  expect(Math.abs(shift.x + 6)).toBeLessThan(1);
  expect(Math.abs(shift.y + 2)).toBeLessThan(1);
});

describe('is not known', () => {
  test('of a plain wall', () => {
    const wall = {
      ...view(0, 0),
      data: new Uint8Array((LANDSCAPE.width * LANDSCAPE.height * 3) / 2).fill(90),
    };
    expect(shiftBetween(wall, wall)).toEqual({ x: 0, y: 0 });
  });

  test('of a zoom, of which each part moves another way', () => {
    const shift = shiftBetween(view(0, 0), view(0, 0, { zoom: 1.15 }));
    expect(Math.hypot(shift.x, shift.y)).toBeLessThan(2);
  });

  test('across another size of picture', () => {
    const small: Frame = { ...view(0, 0), width: 320, height: 180, data: new Uint8Array(320 * 180 * 1.5) };
    expect(shiftBetween(view(0, 0), small)).toEqual({ x: 0, y: 0 });
  });
});
