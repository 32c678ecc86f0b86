import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeBlazeFace } from '../../src/detect/decoders/blazeface.ts';
import { parseBlazeFace, readBlazeFace } from '../../src/detect/networks/blazeface.ts';
import { TfGraphBuilder } from '../../src/inference/tf/tf-graph-builder.ts';
import { VeilError } from '../../src/errors.ts';

const folder = dirname(createRequire(import.meta.url).resolve('@mediapipe/face_detection/package.json'));
const file = new Uint8Array(await readFile(join(folder, 'face_detection_short_range.tflite')));

test.each([
  ['short', 128, 896],
  ['full', 192, 2304],
] as const)(
  'the %s range network has the size and boxes that MediaPipe documents',
  async (range, size, boxes) => {
    const network = await readBlazeFace(range);
    expect(network.size).toBe(size);
    const count = network.levels.reduce(
      (sum, { stride, anchors }) => sum + (size / stride) ** 2 * anchors,
      0,
    );
    expect(count).toBe(boxes);
  },
);

describe('a file that is damaged or hostile', () => {
  test.each([
    ['is empty', new Uint8Array(0)],
    [
      'is a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:0'),
    ],
    ['ends in the middle', file.subarray(0, file.length / 2)],
    ['ends after its head', file.subarray(0, 40)],
    ['leads outside itself', edited(0, [0xff, 0xff, 0xff, 0x7f])],
    ['leads before itself', edited(0, [0xf0, 0xff, 0xff, 0xff])],
  ])('is refused when it %s', (_, bytes) => {
    expect(() => parseBlazeFace('short', bytes)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
  });

  test('is read or refused, whatever byte of its structure is wrong', () => {
    let refused = 0;
    // Weights come first, and the structure, which can mislead a reader, at the end.
    const structure = file.length - 40_000;
    for (let at = structure; at < file.length; at += 499) {
      for (const value of [0x00, 0x7f, 0xff]) {
        try {
          parseBlazeFace('short', edited(at, [value])).describe(new TfGraphBuilder());
        } catch (error) {
          expect(error).toBeInstanceOf(VeilError);
          expect(error).toMatchObject({ code: 'MODEL_INVALID' });
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(10);
  });
});

describe('what a broken network returns', () => {
  const levels = [{ stride: 8, anchors: 1 }];
  const outputs = (logit: number, coordinate: number) =>
    new Map([
      ['boxes 0', featureMap(16, coordinate)],
      ['logits 0', featureMap(1, logit)],
    ]);

  test('is taken as faces only while it is complete', () => {
    const whole = outputs(5, 2);
    expect(decodeBlazeFace(levels, whole, 0.5)).toHaveLength(1);
    whole.delete('boxes 0');
    expect(() => decodeBlazeFace(levels, whole, 0.5)).toThrow(
      expect.objectContaining({ code: 'DETECTOR_FAILED' }),
    );
  });

  test.each([
    ['score', NaN, 1],
    ['coordinate', 5, Infinity],
  ])('is refused where a %s is not a number', (_, logit, coordinate) => {
    expect(() => decodeBlazeFace(levels, outputs(logit, coordinate), 0.5)).toThrow(
      expect.objectContaining({ code: 'DETECTOR_FAILED' }),
    );
  });
});

function featureMap(channels: number, value: number) {
  return { height: 1, width: 1, channels, data: new Float32Array(channels).fill(value) };
}

function edited(at: number, values: readonly number[]): Uint8Array {
  const copy = file.slice();
  copy.set(values, at);
  return copy;
}
