import { expect, test } from 'vitest';
import { NO_SHIFT, shiftBox } from '../../src/frame/scene-change.ts';
import { EgoMotion } from '../../src/track/ego-motion.ts';

test('what stands still is followed through pans and zooms, forwards and backwards', () => {
  const camera = new EgoMotion();
  let box = { x: 100, y: 50, width: 20, height: 30 };
  const boxes = [box];
  camera.add(0, NO_SHIFT);
  for (let frame = 1; frame < 50; frame += 1) {
    const shift = { x: 3, y: -frame / 10, zoom: frame % 2 === 0 ? 1.01 : 0.97 };
    camera.add(frame, shift);
    box = shiftBox(box, shift);
    boxes.push(box);
  }
  for (const [from, to] of [
    [0, 49],
    [49, 0],
    [20, 31],
  ] as const) {
    const moved = shiftBox(boxes[from]!, camera.between(from, to));
    expect(moved.x).toBeCloseTo(boxes[to]!.x, 6);
    expect(moved.width).toBeCloseTo(boxes[to]!.width, 6);
  }
});

test('nothing is known beyond the frames that were seen', () => {
  const camera = new EgoMotion();
  camera.add(0, NO_SHIFT);
  camera.add(1, { x: 5, y: 0, zoom: 1 });
  expect(camera.between(0, 2)).toEqual(NO_SHIFT);
  expect([0, 1, 2].map((frame) => camera.knows(frame))).toEqual([true, true, false]);
});

test.each([0.5, 2])('a zoom by %d in every frame stays a number for as long as a video lasts', (zoom) => {
  const camera = new EgoMotion();
  for (let frame = 0; frame < 5000; frame += 1) camera.add(frame, { x: 1, y: 1, zoom });
  for (let frame = 1; frame < 5000; frame += 1) {
    const { x, zoom: by } = camera.between(frame - 1, frame);
    expect(Number.isFinite(x)).toBe(true);
    expect([1, zoom]).toContain(by);
  }
});
