import { expect, test } from 'vitest';
import type { Frame } from '../../src/frame/frame.ts';
import { SceneCutDetector } from '../../src/observe/scene-cut.ts';

const [width, height] = [160, 90];

/** A frame from a function of the place to luma. */
function frame(index: number, luma: (x: number, y: number) => number): Frame {
  const data = new Uint8Array(width * height * 1.5);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) data[y * width + x] = luma(x, y);
  return { index, pts: index, time: index / 25, width, height, format: 'yuv420p', data };
}

const street = (x: number, y: number): number => 60 + 50 * Math.sin(x / 9) + 40 * Math.cos(y / 7);
const room = (x: number, y: number): number => (y < 40 ? 210 : 150) + 20 * Math.sin((x * y) / 900);

function cutsIn(frames: readonly ((x: number, y: number) => number)[]): number[] {
  const detector = new SceneCutDetector();
  return frames.flatMap((luma, index) => (detector.next(frame(index, luma)) ? [index] : []));
}

test('a hard cut is found, at its frame', () => {
  expect(cutsIn([street, street, street, room, room])).toEqual([3]);
});

test('a cut between two dark scenes is found', () => {
  const dark =
    (scene: typeof street) =>
    (x: number, y: number): number =>
      scene(x, y) / 5;
  expect(cutsIn([street, street, room, room].map(dark))).toEqual([2]);
});

test('a flash is not a cut, and a scene that begins after black is one', () => {
  const white = (): number => 250;
  const black = (): number => 16;
  expect(cutsIn([street, street, white, street, street])).toEqual([]);
  expect(cutsIn([street, street, black, black, room])).toEqual([4]);
});

test('a pan is not a cut', () => {
  expect(
    cutsIn(Array.from({ length: 20 }, (_, i) => (x: number, y: number) => street(x + 6 * i, y))),
  ).toEqual([]);
});

test('a fade is not a cut', () => {
  const fade = Array.from({ length: 25 }, (_, i) => (x: number, y: number) => (street(x, y) * (24 - i)) / 24);
  expect(cutsIn(fade)).toEqual([]);
});

test('somebody who walks through the picture is not a cut', () => {
  const walk = Array.from(
    { length: 30 },
    (_, i) => (x: number, y: number) => (Math.abs(x - 6 * i) < 25 ? 20 : street(x, y)),
  );
  expect(cutsIn(walk)).toEqual([]);
});
