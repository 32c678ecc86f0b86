import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/frame/frame.ts';
import { NO_SHIFT } from '../../src/frame/scene-change.ts';
import { CameraMotion } from '../../src/observe/camera-motion.ts';
import { LANDSCAPE, view } from '../support/landscape.ts';

function shiftBetween(...views: Frame[]) {
  const camera = new CameraMotion();
  return views.map((frame) => camera.next(frame)).at(-1)!;
}

test('a first frame has not moved', () => {
  expect(shiftBetween(view(0, 0))).toEqual(NO_SHIFT);
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

test.each([
  [0, 0, 1.004],
  [0, 0, 1.03],
  [0, 0, 0.97],
  [-6, 4, 1.02],
])('a camera that moves by (%d, %d) and zooms by %d is told from what becomes larger', (x, y, zoom) => {
  const shift = shiftBetween(view(0, 0), view(x, y, { zoom }));
  const [left, top] = [-LANDSCAPE.width / 2, -LANDSCAPE.height / 2];
  // What was at the corner, and where it is now.
  expect(Math.abs(shift.zoom - zoom)).toBeLessThan(0.003);
  expect(Math.abs(shift.x - ((left - x) * zoom - left))).toBeLessThan(1.5);
  expect(Math.abs(shift.y - ((top - y) * zoom - top))).toBeLessThan(1.5);
});

test('whatever two pictures show, the answer is numbers', () => {
  const [width, height] = [320, 180];
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  // Some places of a plain picture have a texture, which is elsewhere in the next one.
  const picture = (places: number): Frame => {
    const data = new Uint8Array(width * height * 1.5).fill(90);
    for (let place = 0; place < places; place += 1) {
      const [left, top] = [Math.floor(random() * (width - 60)), Math.floor(random() * (height - 60))];
      for (let row = 0; row < 60; row += 1) {
        for (let column = 0; column < 60; column += 1) {
          data[(top + row) * width + left + column] = 128 + 100 * Math.sin(row / 5) * Math.cos(column / 4);
        }
      }
    }
    return { index: 0, pts: 0, time: 0, width, height, format: 'yuv420p', data };
  };
  for (let round = 0; round < 200; round += 1) {
    const { x, y, zoom } = shiftBetween(picture(1 + (round % 5)), picture(1 + (round % 4)));
    expect([x, y, zoom].every((value) => Number.isFinite(value))).toBe(true);
    expect(Math.abs(zoom - 1)).toBeLessThan(0.2);
  }
});

describe('is not known', () => {
  test('of a plain wall', () => {
    const wall = {
      ...view(0, 0),
      data: new Uint8Array((LANDSCAPE.width * LANDSCAPE.height * 3) / 2).fill(90),
    };
    expect(shiftBetween(wall, wall)).toEqual(NO_SHIFT);
  });

  test('of another place', () => {
    expect(shiftBetween(view(0, 0), view(1000, 3000))).toEqual(NO_SHIFT);
  });

  test('across another size of picture', () => {
    const small: Frame = { ...view(0, 0), width: 320, height: 180, data: new Uint8Array(320 * 180 * 1.5) };
    expect(shiftBetween(view(0, 0), small)).toEqual(NO_SHIFT);
  });
});
