import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDetector } from '../../src/detect/create-detector.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { ModelStore } from '../../src/models/model-store.ts';
import { iou } from '../../src/frame/box.ts';
import { silentLogger } from '../../src/logger.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { readPicture } from '../support/read-picture.ts';

let crowd: Detector;

beforeAll(async () => {
  crowd = await createDetector({ detector: 'crowd', engine: 'auto', threshold: 0.2, logger: silentLogger });
});

afterAll(() => crowd.close());

test('finds every face of a group photo', async () => {
  const faces = await crowd.detect([await readPicture(groupPhoto(1), 512)]);
  expect(faces.filter(({ score }) => score > 0.5)).toHaveLength(3);
});

test('gives the same faces once, however many sizes show them, in pixels of the first', async () => {
  const [large, small] = [await readPicture(groupPhoto(1), 1024), await readPicture(groupPhoto(1), 512)];
  const alone = await crowd.detect([large]);
  const both = await crowd.detect([large, small]);
  const sure = alone.filter(({ score }) => score > 0.5);
  expect(sure.length).toBeGreaterThan(0);
  for (const face of sure) {
    expect(both.filter(({ box }) => iou(box, face.box) > 0.6)).toHaveLength(1);
  }
});

test('works at sizes that no layer divides of the network', async () => {
  const faces = await crowd.detect([await readPicture(groupPhoto(1), 501)]);
  expect(faces.filter(({ score }) => score > 0.5)).toHaveLength(3);
});

test('refuses anything but a picture', async () => {
  await expect(crowd.detect([])).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
  await expect(crowd.detect([{ width: 64, height: 64, data: new Uint8Array(64) }])).rejects.toMatchObject({
    code: 'DETECTOR_FAILED',
  });
});

test("is Veil's own network, whatever models are stored", async () => {
  const modelPath = vi.fn((name: string) => Promise.resolve(`/stored/${name}.onnx`));
  const options = { detector: 'crowd', engine: 'auto', threshold: 0.2, logger: silentLogger } as const;
  const detector = await createDetector({ ...options, modelPath });
  await detector.close();
  expect(detector.description).toMatch(/^veil-face on /);
  expect(modelPath).not.toHaveBeenCalled();
});

test('says that a detector does not exist', async () => {
  await expect(
    createDetector({ detector: 'crowds', engine: 'auto', threshold: 0.2, logger: silentLogger }),
  ).rejects.toMatchObject({ code: 'DETECTOR_UNAVAILABLE' });
});

test('finds the same faces with either engine', async () => {
  const picture = await readPicture(groupPhoto(1), 320);
  const onnxruntime = await crowd.detect([picture]);
  const options = { detector: 'crowd', engine: 'tensorflow', threshold: 0.2, logger: silentLogger } as const;
  const other = await createDetector(options);
  const tensorflow = await other.detect([picture]);
  await other.close();
  expect(other.description).toContain('tensorflow');
  expect(tensorflow).toHaveLength(onnxruntime.length);
  for (const [index, { box, score }] of tensorflow.entries()) {
    const face = onnxruntime[index]!;
    expect(score).toBeCloseTo(face.score, 3);
    expect(iou(box, face.box)).toBeGreaterThan(0.99);
  }
});

test('the webcam detector finds near faces', async () => {
  const options = { detector: 'webcam', engine: 'auto', threshold: 0.2, logger: silentLogger } as const;
  const webcam = await createDetector(options);
  const faces = await webcam.detect([await readPicture(groupPhoto(1), 512)]);
  await webcam.close();
  expect(webcam.name).toBe('webcam');
  expect(faces.filter(({ score }) => score > 0.5)).toHaveLength(3);
});

test('remembers the fastest engine where there is a place for it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'veil-detector-'));
  const engineCache = join(folder, 'engine.json');
  const options = { detector: 'crowd', engine: 'auto', threshold: 0.2, logger: silentLogger } as const;
  const first = await createDetector({ ...options, engineCache });
  const again = await createDetector({ ...options, engineCache });
  await Promise.all([first.close(), again.close()]);
  expect(await readFile(engineCache, 'utf8')).toContain('onnxruntime');
  expect(again.description).toBe(first.description);
  await rm(folder, { recursive: true });
});

test('says that files run on ONNX Runtime only', async () => {
  await expect(
    createDetector({ detector: 'my.onnx', engine: 'tensorflow', threshold: 0.2, logger: silentLogger }),
  ).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('a known model that is not stored yet says how to fetch it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'veil-detector-'));
  const store = new ModelStore(folder);
  const options = { detector: 'yunet', engine: 'auto', threshold: 0.2, logger: silentLogger } as const;
  await expect(
    createDetector({ ...options, modelPath: (name) => store.resolve(name) }),
  ).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
    hint: expect.stringContaining('veil models pull') as string,
  });
  await rm(folder, { recursive: true });
});
