import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/frame/frame.ts';
import { CameraMotion } from '../../src/track/camera-motion.ts';

const [width, height] = [640, 360];

/** A landscape of soft hills of light, seen from (x, y), larger by `zoom`; `blot` covers some of it with grey. */
function view(
  x: number,
  y: number,
  options: { zoom?: number; blot?: { from: number; to: number; x: number } } = {},
): Frame {
  const { zoom = 1, blot } = options;
  const data = new Uint8Array((width * height * 3) / 2);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const covered = blot !== undefined && column >= blot.from && column < blot.to;
      const [u, v] = covered
        ? [column - blot.x + 900, row + 700]
        : [(column - width / 2) / zoom + x, (row - height / 2) / zoom + y];
      data[row * width + column] =
        128 +
        40 * Math.sin(u / 13) * Math.cos(v / 17) +
        35 * Math.sin((u + 2 * v) / 29) +
        20 * Math.sin(u / 7 - v / 9);
    }
  }
  return { index: 0, pts: 0, time: 0, width, height, format: 'yuv420p', data };
}

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
    const wall = { ...view(0, 0), data: new Uint8Array((width * height * 3) / 2).fill(90) };
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
