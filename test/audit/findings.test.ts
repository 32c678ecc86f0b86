import { expect, test } from 'vitest';
import { FindingTracks } from '../../src/audit/findings.ts';
import type { Detection } from '../../src/frame/detection.ts';
import type { Frame } from '../../src/frame/frame.ts';

const [width, height] = [64, 36];
const picture = { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => i % 251) };

const frame = (index: number): Frame => ({
  ...{ index, pts: index, time: index / 10, width: 2 * width, height: 2 * height },
  ...{ format: 'yuv420p', data: new Uint8Array() },
});

const face = (x: number, score: number): Detection => ({ box: { x, y: 20, width: 10, height: 10 }, score });

function findings(...frames: (readonly [index: number, ...faces: Detection[]])[]) {
  const tracks = new FindingTracks({ stream: 0 });
  for (const [index, ...faces] of frames) tracks.add(frame(index), faces, picture);
  return tracks.result();
}

test('faces at one place in following looks are one finding, told by the surest look', () => {
  const [finding, ...others] = findings([0, face(20, 0.5)], [1, face(21, 0.9)], [2, face(22, 0.6)]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ firstFrame: 0, lastFrame: 2, from: 0, to: 0.2, looks: 3, score: 0.9 });
  expect([finding!.box.x, finding!.surestFrame]).toEqual([21, 1]);
});

test('a face that comes back after half a second is another finding', () => {
  expect(findings([0, face(20, 0.9)], [5, face(20, 0.9)])).toHaveLength(1);
  expect(findings([0, face(20, 0.9)], [6, face(20, 0.9)])).toHaveLength(2);
});

test('two faces side by side are two findings, surest first', () => {
  expect(findings([0, face(20, 0.7), face(80, 0.8)]).map(({ score }) => score)).toEqual([0.8, 0.7]);
});

test('a weak face counts when three looks saw it, a very weak one never', () => {
  expect(findings([0, face(20, 0.5)], [1, face(20, 0.5)])).toEqual([]);
  expect(findings([0, face(20, 0.5)], [1, face(20, 0.5)], [2, face(20, 0.5)])).toHaveLength(1);
  expect(findings(...[0, 1, 2, 3].map((index) => [index, face(20, 0.35)] as const))).toEqual([]);
});

test('the crop is what lies around the face in the picture, within its edges', () => {
  const [finding] = findings([0, face(0, 0.9)]);
  const { crop } = finding!;
  // The face is 5 pixels wide in the picture, at its left edge; 0.4 of that is added on each side.
  expect([crop.width, crop.height]).toEqual([7, 9]);
  expect([...crop.data.subarray(0, 3)]).toEqual([...picture.data.subarray(3 * 8 * width, 3 * 8 * width + 3)]);
});
