import { afterEach, expect, test } from 'vitest';
import {
  startDetectorWorker,
  type DetectorWorker,
  type LookRequest,
} from '../../../src/observe/live/detector-supervisor.ts';
import { groupPhoto } from '../../support/photo-clip.ts';
import { readPicture } from '../../support/read-picture.ts';

const SCRIPTED = new URL('../../support/detector-programs/scripted.ts', import.meta.url);

let worker: DetectorWorker | null = null;
afterEach(async () => {
  await worker?.close();
  worker = null;
});

/** A worker, what it warned of, and a promise of its next time of being free. */
async function start(detector: string, program: URL | null = SCRIPTED) {
  const warnings: string[] = [];
  worker = await startDetectorWorker({
    config: { detector, engine: 'auto', effort: 'balanced', threshold: 0.4 },
    logger: { debug: () => undefined, info: () => undefined, warn: (text) => warnings.push(text) },
    ...(program === null ? {} : { program }),
  });
  const started = worker;
  const nextFree = (): Promise<void> =>
    new Promise((resolve) => {
      started.onFree = resolve;
    });
  return { worker, warnings, nextFree };
}

const request = (frame: number): LookRequest => ({
  frame,
  width: 640,
  height: 360,
  threshold: 0.4,
  pictures: [{ width: 32, height: 18, data: new Uint8Array(32 * 18 * 3) }],
});

test('a look gives faces in pixels of the frame, and only one is taken at a time', async () => {
  const { worker } = await start('face');
  expect(worker.isFree).toBe(true);
  const look = worker.look(request(7));
  expect(worker.isFree).toBe(false);
  await expect(worker.look(request(8))).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
  const { frame, faces } = await look;
  expect(frame).toBe(7);
  expect(faces[0]!.box).toEqual({ x: 160, y: 90, width: 320, height: 180 });
  expect(worker.isFree).toBe(true);
});

test.each([
  ['throws', 'it threw'],
  ['dies', 'its process ended'],
])('a detector that fails (%s) is told of and started again', async (detector, reason) => {
  const { worker, warnings, nextFree } = await start(detector);
  const free = nextFree();
  await expect(worker.look(request(1))).rejects.toThrow(reason);
  expect(worker.isFree).toBe(false);
  expect(worker.problem).toContain('failed');
  await free;
  expect(worker.isFree).toBe(true);
  expect(worker.problem).toBeNull();
  expect(warnings).toHaveLength(1);
});

test('a detector that can not start is an error with the reason', async () => {
  await expect(start('absent')).rejects.toMatchObject({
    code: 'DETECTOR_UNAVAILABLE',
    message: expect.stringContaining('no detector here') as string,
  });
});

test('one that never says whether it has started is given up too', async () => {
  const warnings: string[] = [];
  const starting = startDetectorWorker({
    config: { detector: 'mute', engine: 'auto', effort: 'balanced', threshold: 0.4 },
    logger: { debug: () => undefined, info: () => undefined, warn: (text) => warnings.push(text) },
    program: SCRIPTED,
    startMs: 300,
  });
  await expect(starting).rejects.toMatchObject({
    code: 'DETECTOR_UNAVAILABLE',
    message: expect.stringContaining('had not started after 0.3 s') as string,
  });
  expect(warnings).toEqual([]);
});

test('one that never answers is given up after some seconds', async () => {
  const { worker } = await start('hangs');
  await expect(worker.look(request(1))).rejects.toThrow('not done after 5 s');
});

test('the real detector finds the people of a photo in a process of its own', async () => {
  const { worker } = await start('webcam', null);
  const picture = await readPicture(groupPhoto(1), 640);
  const { width, height } = picture;
  const { faces } = await worker.look({
    frame: 0,
    width: 2 * width,
    height: 2 * height,
    pictures: [picture],
    threshold: 0.6,
  });
  expect(faces.length).toBeGreaterThan(0);
  for (const { score } of faces) expect(score).toBeGreaterThanOrEqual(0.6);
  for (const { box } of faces) expect(box.width).toBeGreaterThan(20);
});
