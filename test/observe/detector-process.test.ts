import { afterEach, expect, test } from 'vitest';
import { startDetectorProcess, type DetectorProcess } from '../../src/observe/detector-process.ts';
import { silentLogger } from '../../src/logger.ts';
import { isRunning } from '../support/is-running.ts';

const program = new URL('../support/detector-programs/scripted.ts', import.meta.url);

let detector: DetectorProcess | null = null;
afterEach(async () => {
  await detector?.close();
  detector = null;
});

const configOf = (name: string) =>
  ({ detector: name, engine: 'auto', effort: 'balanced', threshold: 0.4 }) as const;
const start = async (name: string, options: { signal?: AbortSignal; detectMs?: number } = {}) => {
  detector = await startDetectorProcess({
    config: configOf(name),
    logger: silentLogger,
    program,
    ...options,
  });
  return detector;
};

/** Process number of the scripted program, which is its description. */
const pidOf = ({ description }: DetectorProcess): number => Number(/\d+/.exec(description)![0]);

const PICTURE = { width: 32, height: 18, data: new Uint8Array(32 * 18 * 3) };

test('a detector in a process of its own is asked like any other', async () => {
  const { name, traits, detect } = await start('face').then((of) => ({
    name: of.name,
    traits: of.traits,
    detect: of.detect.bind(of),
  }));
  expect(name).toBe('face');
  // Numbers that JSON does not know arrive too.
  expect(traits.largestFace).toBe(Infinity);
  const [first, second] = await Promise.all([
    detect([PICTURE]),
    detect([{ width: 64, height: 36, data: new Uint8Array(64 * 36 * 3) }]),
  ]);
  expect(first).toEqual([{ box: { x: 8, y: 4.5, width: 16, height: 9 }, score: 0.9 }]);
  expect(second[0]!.box.width).toBe(32);
});

test('pictures arrive whole and in order, also large ones of several looks at once', async () => {
  const reading = await start('reads');
  const filled = (width: number, value: number) => {
    const data = new Uint8Array(width * 900 * 3).fill(value);
    data[1] = 255;
    return { width, height: 900, data };
  };
  const looks = [[filled(1600, 64), filled(800, 128)], [filled(1600, 32)], [filled(400, 16)]];
  const found = await Promise.all(looks.map((pictures) => reading.detect(pictures)));
  expect(found.map((faces) => faces.map(({ box, score }) => [box.width, score]))).toEqual([
    [
      [1600, 0.25],
      [800, 0.5],
    ],
    [[1600, 0.125]],
    [[400, 0.0625]],
  ]);
});

test('a picture with too few bytes is refused, and those after it are not mistaken', async () => {
  const reading = await start('reads');
  const short = reading.detect([{ ...PICTURE, width: 33 }]);
  const whole = reading.detect([PICTURE]);
  await expect(short).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
  expect(await whole).toMatchObject([{ box: { width: 32, height: 18 } }]);
});

test.each([
  ['dies', 'its process ended'],
  ['throws', 'it threw'],
])('what was asked of a detector that %s fails, and so does what is asked later', async (name, reason) => {
  const failing = await start(name);
  const failure = { code: 'DETECTOR_FAILED', message: expect.stringContaining(reason) as string };
  const looks = await Promise.allSettled([failing.detect([PICTURE]), failing.detect([PICTURE])]);
  for (const look of looks) expect(look).toMatchObject({ status: 'rejected', reason: failure });
  expect(await failing.ended).toMatchObject(failure);
  await expect(failing.detect([PICTURE])).rejects.toMatchObject(failure);
});

test('a detector that never answers is given up', async () => {
  const hanging = await start('hangs', { detectMs: 200 });
  await expect(hanging.detect([PICTURE])).rejects.toThrow('was not done after 0.2 s');
  await expect.poll(() => isRunning(pidOf(hanging))).toBe(false);
});

test('errors of the detector keep their codes and hints', async () => {
  const opening = startDetectorProcess({ config: configOf('nosuchdetector'), logger: silentLogger });
  await expect(opening).rejects.toMatchObject({
    code: 'DETECTOR_UNAVAILABLE',
    message: 'There is no detector "nosuchdetector".',
    hint: expect.stringContaining('crowd') as string,
  });
});

test('a signal ends the process, also while it starts', async () => {
  const stop = new AbortController();
  const hanging = await start('hangs', { signal: stop.signal });
  const look = hanging.detect([PICTURE]);
  stop.abort();
  await expect(look).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await expect.poll(() => isRunning(pidOf(hanging))).toBe(false);
  await expect(start('mute', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('closing waits until the process is gone', async () => {
  const idle = await start('face');
  await idle.close();
  expect(isRunning(pidOf(idle))).toBe(false);
});
