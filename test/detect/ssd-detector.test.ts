import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SSD_LEVELS, decodeSsd } from '../../src/detect/decoders/ssd.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { createOnnxRuntimeEngine } from '../../src/inference/onnx/onnxruntime-engine.ts';
import { FaceApiWeights } from '../../src/models/face-api-weights.ts';
import { createSsdDetector } from '../../src/detect/ssd-detector.ts';
import { iou } from '../../src/frame/box.ts';
import type { Detection } from '../../src/frame/detection.ts';
import type { Picture } from '../../src/frame/frame.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { readPicture } from '../support/read-picture.ts';

let detector: Detector;

beforeAll(async () => {
  const engine = await createOnnxRuntimeEngine();
  detector = await createSsdDetector(engine, { name: 'ssd', threshold: 0.1 });
});

afterAll(() => detector.close());

test.each([1, 2, 3, 4, 5, 6] as const)('finds what face-api finds in group photo %i', async (number) => {
  const picture = await readPicture(groupPhoto(number), 512, 512);
  const theirs = await facesOfFaceApi(picture);
  const ours = await detector.detect([picture]);
  expect(theirs.length).toBeGreaterThan(2);
  for (const face of theirs) {
    const match = ours.find(({ box }) => iou(box, face.box) >= 0.9);
    expect(match?.score).toBeGreaterThan(face.score - 0.02);
    expect(match?.score).toBeLessThan(face.score + 0.02);
  }
  // Nothing else, apart from weak boxes that depend on the overlap limit of NMS.
  expect(ours.filter(({ score }) => score > 0.5)).toHaveLength(
    theirs.filter(({ score }) => score > 0.5).length,
  );
});

test('computes the very anchors that the network was trained with', async () => {
  const { data } = (await FaceApiWeights.read('ssd_mobilenetv1_model')).get('Output/extra_dim');
  let at = 0;
  for (const { stride, anchors } of SSD_LEVELS) {
    for (let cell = 0; cell < (512 / stride) ** 2; cell += 1) {
      for (const { width, height } of anchors) {
        const x = ((cell % (512 / stride)) + 0.5) * stride;
        const y = (Math.floor(cell / (512 / stride)) + 0.5) * stride;
        const expected = [y - height / 2, x - width / 2, y + height / 2, x + width / 2];
        const trained = data.subarray(at, at + 4);
        for (const [index, value] of expected.entries()) {
          // They were trained with 1/3 as 0.3333.
          if (Math.abs(512 * trained[index]! - value) > 0.05) expect(512 * trained[index]!).toBe(value);
        }
        at += 4;
      }
    }
  }
  expect(at).toBe(data.length);
});

describe('what a broken network returns', () => {
  const outputs = (score: number, coordinate: number) =>
    new Map(
      SSD_LEVELS.flatMap(({ anchors: { length } }, level) => [
        [`boxes ${level}`, featureMap(4 * length, coordinate)] as const,
        [`scores ${level}`, featureMap(length, score)] as const,
      ]),
    );

  test('is taken as faces only while it is complete', () => {
    const whole = outputs(0.9, 0);
    expect(decodeSsd(whole, 0.5)).toHaveLength(3 + 5 * 6);
    whole.delete('scores 3');
    expect(() => decodeSsd(whole, 0.5)).toThrow(expect.objectContaining({ code: 'DETECTOR_FAILED' }));
  });

  test.each([
    ['score', NaN, 0],
    ['coordinate', 0.9, Infinity],
  ])('is refused where a %s is not a number', (_, score, coordinate) => {
    expect(() => decodeSsd(outputs(score, coordinate), 0.5)).toThrow(
      expect.objectContaining({ code: 'DETECTOR_FAILED' }),
    );
  });
});

function featureMap(channels: number, value: number) {
  return { height: 1, width: 1, channels, data: new Float32Array(channels).fill(value) };
}

async function facesOfFaceApi({ width, height, data }: Picture): Promise<Detection[]> {
  const program = fileURLToPath(new URL('fixtures/face-api-faces.js', import.meta.url));
  const running = promisify(execFile)(process.execPath, [program, `${width}`, `${height}`]);
  running.child.stdin?.end(data);
  return JSON.parse((await running).stdout) as Detection[];
}
