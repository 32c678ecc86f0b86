import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Detector } from '../../src/detect/detector.ts';
import { createOnnxRuntimeEngine } from '../../src/inference/onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from '../../src/inference/tf/tensorflow-engine.ts';
import { readBlazeFace, type BlazeFace } from '../../src/detect/networks/blazeface.ts';
import { PackageFaceDetector } from '../../src/detect/package-face-detector.ts';
import { createWebcamDetector } from '../../src/detect/webcam-detector.ts';
import { iou } from '../../src/frame/box.ts';
import type { Detection } from '../../src/frame/detection.ts';
import { silentLogger as logger } from '../../src/logger.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { readPicture } from '../support/read-picture.ts';

const fetched = vi.fn<typeof fetch>(() => Promise.reject(new Error('There is no network.')));
vi.stubGlobal('fetch', fetched);

const LOW = 0.2;
const onnx = await createOnnxRuntimeEngine();
const tensorflow = await createTensorflowEngine();
const ours = await createWebcamDetector({ threshold: LOW, engine: onnx, logger });
const packages = await createWebcamDetector({ threshold: LOW, engine: tensorflow, logger });

afterAll(async () => {
  await ours.close();
  await packages.close();
});

test.each([1, 2, 3, 4, 5, 6] as const)(
  'finds with either engine what @tensorflow-models/face-detection finds in group photo %i',
  async (number) => {
    const picture = await readPicture(groupPhoto(number), 640);
    const [found, theirs] = [await ours.detect([picture]), await packages.detect([picture])];
    expect(strong(theirs).length).toBeGreaterThan(2);
    expect(strong(found)).toHaveLength(strong(theirs).length);
    expectSame(found, theirs);
  },
);

test('finds faces that are weaker than the package lets through on its own', async () => {
  const picture = await readPicture(groupPhoto(5), 640);
  const scores = (await packages.detect([picture])).map(({ score }) => score);
  expect(Math.min(...scores)).toBeLessThan(0.5);
  expect(Math.min(...scores)).toBeGreaterThanOrEqual(LOW);
});

test.each([
  ['onnxruntime', ours],
  ['tensorflow', packages],
] as const)('gives boxes in pixels of the largest picture with %s', async (_, detector) => {
  const [large, small] = [await readPicture(groupPhoto(1), 1280), await readPicture(groupPhoto(1), 640)];
  const alone = strong(await detector.detect([small]));
  const both = strong(await detector.detect([large, small]));
  expect(both).toHaveLength(alone.length);
  for (const { box } of alone) {
    const doubled = { x: 2 * box.x, y: 2 * box.y, width: 2 * box.width, height: 2 * box.height };
    expect(Math.max(...both.map((face) => iou(face.box, doubled)))).toBeGreaterThan(0.9);
  }
});

test('never fetches a model', () => {
  expect(fetched).not.toHaveBeenCalled();
});

test('leaves no tensor behind, whether it finds faces or none', async () => {
  const { tf } = tensorflow.backend;
  const detector = await createWebcamDetector({ threshold: 0.5, engine: tensorflow, logger });
  const faces = await readPicture(groupPhoto(1), 320);
  const nobody = { width: 320, height: 200, data: new Uint8Array(3 * 320 * 200) };
  await detector.detect([faces]);
  const before = tf.memory().numTensors;
  for (const picture of [faces, nobody, faces, nobody]) await detector.detect([picture]);
  expect(tf.memory().numTensors).toBe(before);
  await detector.close();
});

describe.each(['tfjs-node-gpu', 'tfjs-node'] as const)('with %s', async (provider) => {
  const engine = await createTensorflowEngine([provider]).catch(() => null);
  test.skipIf(engine === null)('finds the same (skipped where it is not installed)', async () => {
    const detector = await createWebcamDetector({ threshold: LOW, engine: engine!, logger });
    const picture = await readPicture(groupPhoto(3), 640);
    expect(detector.description).toContain(provider);
    expectSame(await ours.detect([picture]), await detector.detect([picture]));
    await detector.close();
  });
});

test('fails where the package returns no numbers', async () => {
  const { levels, ...network } = await readBlazeFace('short');
  // Boxes of infinite size, in every cell.
  const endless = (values: number) => ({ shape: [1, 1, 3, values], data: new Float32Array(3 * values) });
  const bias = (values: number, value: number) => ({
    shape: [values],
    data: new Float32Array(values).fill(value),
  });
  const broken: BlazeFace = {
    ...network,
    levels,
    describe: (graph) => {
      const picture = graph.picture({ mean: [0, 0, 0], scale: 1 });
      for (const [level, { stride, anchors }] of levels.entries()) {
        const map = (values: number, value: number) =>
          graph.conv(picture, endless(values), bias(values, value), { stride });
        graph.output(`boxes ${level}`, map(16 * anchors, Infinity));
        graph.output(`logits ${level}`, map(anchors, 5));
      }
    },
  };
  const detector = await PackageFaceDetector.open(tensorflow.backend, broken, 0.5);
  const picture = { width: 128, height: 128, data: new Uint8Array(3 * 128 * 128) };
  await expect(detector.detect(picture)).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
  await detector.close();
});

test.each([
  ['onnxruntime', ours],
  ['tensorflow', packages],
] as const)('refuses anything but a picture with %s', async (_, detector: Detector) => {
  const short = { width: 64, height: 64, data: new Uint8Array(64) };
  await expect(detector.detect([short])).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
});

function strong(faces: readonly Detection[]): Detection[] {
  return faces.filter(({ score }) => score > 0.5);
}

function expectSame(found: readonly Detection[], expected: readonly Detection[]): void {
  expect(found).toHaveLength(expected.length);
  for (const face of expected) {
    const match = found.find(({ box }) => iou(box, face.box) >= 0.9);
    expect(match?.score).toBeCloseTo(face.score, 3);
  }
}
