import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STRIDES, decodeVeilFace } from '../../src/detect/decoders/veil-face.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { createOnnxRuntimeEngine } from '../../src/inference/onnx/onnxruntime-engine.ts';
import { VEIL_CLOSE_UP_FILE, VEIL_FACE_FILE } from '../../src/detect/networks/veil-face.ts';
import { createCrowdDetector } from '../../src/detect/crowd-detector.ts';
import { iou } from '../../src/frame/box.ts';
import type { Detection } from '../../src/frame/detection.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { readPicture } from '../support/read-picture.ts';

let detector: Detector;

beforeAll(async () => {
  detector = await createCrowdDetector(await createOnnxRuntimeEngine(), { name: 'crowd', threshold: 0.2 });
});

afterAll(() => detector.close());

const photos = [
  [1, 3],
  [2, 3],
  [5, 5],
] as const;

describe.each(photos)('in group photo %i', (number, count) => {
  let sure: Detection[];

  /** Number of faces found when the photo has this long side. */
  async function foundAt(longSide: number): Promise<number> {
    const faces = await detector.detect([await readPicture(groupPhoto(number), longSide)]);
    const scale = 500 / longSide;
    const places = faces.map(({ box: { x, y, width, height } }) => ({
      x: x * scale,
      y: y * scale,
      width: width * scale,
      height: height * scale,
    }));
    return sure.filter(({ box }) => places.some((place) => iou(place, box) > 0.5)).length;
  }

  beforeAll(async () => {
    const faces = await detector.detect([await readPicture(groupPhoto(number), 500)]);
    sure = faces.filter(({ score }) => score > 0.7);
  });

  test('every face is found, and nothing else is as sure', () => {
    expect(sure).toHaveLength(count);
  });

  test('faces are at the same places at any size', async () => {
    expect(await foundAt(1000)).toBe(count);
    expect(await foundAt(250)).toBe(count);
  });

  test('faces of a dozen pixels are found, all but one at most', async () => {
    expect(Math.max(...sure.map(({ box }) => box.height)) * (120 / 500)).toBeLessThan(20);
    expect(await foundAt(120)).toBeGreaterThanOrEqual(count - 1);
  });
});

test('brings weights that are no larger than the card says, and those that it describes', async () => {
  const card = await readFile(new URL('../../models/README.md', import.meta.url), 'utf8');
  let size = 0;
  for (const file of [VEIL_FACE_FILE, VEIL_CLOSE_UP_FILE]) {
    const bytes = await readFile(file);
    size += bytes.length;
    expect(card).toContain(createHash('sha256').update(bytes).digest('hex'));
  }
  expect(size).toBeLessThan(1_500_000);
});

describe('what a broken network returns', () => {
  const outputs = (...answer: number[]) =>
    new Map(
      STRIDES.map((stride) => [
        `faces ${stride}`,
        { height: 1, width: 1, channels: 5, data: Float32Array.from(answer) },
      ]),
    );

  test('is taken as faces only while it is complete', () => {
    const whole = outputs(3, 0.5, 0.5, 0, 0);
    expect(decodeVeilFace(whole, 0.5)).toHaveLength(3);
    expect(decodeVeilFace(whole, 0.99)).toHaveLength(0);
    whole.delete('faces 16');
    expect(() => decodeVeilFace(whole, 0.5)).toThrow(expect.objectContaining({ code: 'DETECTOR_FAILED' }));
  });

  test.each([
    ['score', [NaN, 0, 0, 0, 0]],
    ['place', [3, Infinity, 0, 0, 0]],
    ['size', [3, 0, 0, 1000, 0]],
  ])('is refused where a %s is not a number', (_, answer) => {
    expect(() => decodeVeilFace(outputs(...answer), 0.5)).toThrow(
      expect.objectContaining({ code: 'DETECTOR_FAILED' }),
    );
  });
});
