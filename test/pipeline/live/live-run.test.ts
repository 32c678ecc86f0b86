import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveRun } from '../../../src/pipeline/live/live-run.ts';
import { livePicture, LIVE_SIZE } from '../../support/live-frames.ts';
import {
  FACE_BOX,
  isBlank,
  openScriptedAnonymizer,
  startScriptedRun,
  type KeepingOutput,
} from '../../support/live-run.ts';

let running: LiveRun | null = null;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  await running?.close();
  running = null;
  vi.useRealTimers();
});

/** Advances time until the output fulfils a condition; a minute at most. */
async function until(
  { frames }: KeepingOutput,
  isMet: (frames: KeepingOutput['frames']) => boolean,
): Promise<void> {
  for (let passed = 0; !isMet(frames); passed += 5) {
    if (passed > 60_000) throw new Error('It never came to that.');
    await vi.advanceTimersByTimeAsync(5);
  }
}

async function start(...args: Parameters<typeof startScriptedRun>) {
  const started = await startScriptedRun(...args);
  running = started.run;
  return started;
}

const original = livePicture();
const faceAt = (FACE_BOX.y + 7) * LIVE_SIZE.width + FACE_BOX.x + 6;

test('frames leave after the delay with the face covered and the rest as it was', async () => {
  const { kept, run } = await start();
  await until(kept, (frames) => frames.length >= 20);
  expect(run.status()).toMatchObject({ state: 'live', reason: null, faces: 1, tracks: 1, dropped: 0 });
  for (const { live, at } of kept.frames.slice(5)) {
    expect(live.boxes).toHaveLength(1);
    expect(isBlank(live)).toBe(false);
    expect(live.frame.data[0]).toBe(original[0]);
    const row = (y: number) => live.frame.data.subarray(y * 64 + FACE_BOX.x, y * 64 + FACE_BOX.x + 12);
    expect([...row(20)]).not.toEqual([...original.subarray(20 * 64 + FACE_BOX.x, 20 * 64 + FACE_BOX.x + 12)]);
    expect(at - live.capturedAt).toBeGreaterThanOrEqual(120);
    expect(at - live.capturedAt).toBeLessThan(130);
  }
  const times = kept.frames.map(({ live }) => live.frame.pts);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

test('that the picture is shown is told of, also where it never was covered', async () => {
  const lines: string[] = [];
  const { kept, run } = await start([], {
    logger: { debug: () => undefined, info: (text) => lines.push(text), warn: (text) => lines.push(text) },
  });
  expect(run.status().state).toBe('starting');
  await until(kept, (frames) => frames.length >= 3);
  expect(run.status()).toMatchObject({ state: 'live', curtained: 0 });
  expect(lines).toEqual(['The picture is shown.']);
});

test('while the detector fails everything is covered and counted, and the picture comes back by itself', async () => {
  const { kept, worker, run } = await start();
  worker.isFailing = true;
  await until(kept, (frames) => frames.length >= 10);
  for (const { live } of kept.frames) expect(isBlank(live)).toBe(true);
  expect(run.status()).toMatchObject({ state: 'starting', curtained: kept.frames.length });
  worker.isFailing = false;
  await until(kept, (frames) => !isBlank(frames.at(-1)!.live));
  expect(run.status().state).toBe('live');
  worker.isFailing = true;
  await until(kept, (frames) => isBlank(frames.at(-1)!.live));
  expect(run.status()).toMatchObject({ state: 'curtain', reason: 'late' });
});

test('panic covers the next frame that leaves, until it is released', async () => {
  const { kept, run } = await start();
  await until(kept, (frames) => frames.length > 0 && !isBlank(frames.at(-1)!.live));
  const before = kept.frames.length;
  run.panic(true);
  await until(kept, (frames) => frames.length >= before + 5);
  for (const { live } of kept.frames.slice(before)) {
    expect(isBlank(live)).toBe(true);
    expect(live.boxes).toBeNull();
  }
  expect(run.status().state).toBe('panic');
  run.panic(false);
  await until(kept, (frames) => !isBlank(frames.at(-1)!.live));
  expect(run.status().state).toBe('live');
});

test('when the source is lost cards are shown, at their time, until it is back', async () => {
  const { kept, source, run } = await start();
  await until(kept, (frames) => frames.length >= 10);
  source.pause();
  source.listener!.lost('the cable was pulled');
  await until(kept, (frames) => frames.slice(-3).every(({ live }) => isBlank(live)));
  expect(run.status()).toMatchObject({
    state: 'no-source',
    reason: 'no-source',
    sourceProblem: 'the cable was pulled',
  });
  source.resume(true);
  await until(kept, (frames) => !isBlank(frames.at(-1)!.live));
  expect(run.status().state).toBe('live');
  const times = kept.frames.map(({ live }) => live.frame.time);
  expect(times.at(-1)! - times[0]!).toBeCloseTo(
    (kept.frames.at(-1)!.live.capturedAt - kept.frames[0]!.live.capturedAt) / 1000,
    1,
  );
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a source that falls silent without a word is noticed', async () => {
  const { kept, source, run } = await start();
  await until(kept, (frames) => frames.length >= 5);
  source.pause();
  await until(kept, (frames) => isBlank(frames.at(-1)!.live));
  expect(run.status()).toMatchObject({ state: 'no-source', reason: 'no-source', sourceProblem: null });
});

test('an output that throws does not stop the others', async () => {
  const broken = {
    name: 'broken',
    dropped: 0,
    write: () => {
      throw new Error('no');
    },
    close: () => Promise.reject(new Error('no')),
  };
  const { kept } = await start([broken]);
  await until(kept, (frames) => frames.length >= 5);
});

test('while faces are not covered in time everything is, and outputs go on', async () => {
  let opened = 0;
  const { kept, run } = await start([], {
    openAnonymizer: async (settings) => {
      opened += 1;
      const real = await openScriptedAnonymizer(settings);
      if (opened > 1) return real;
      return {
        description: 'one whose GPU hangs',
        anonymize: () => new Promise(() => undefined),
        curtain: (frame) => real.curtain(frame),
        close: () => new Promise(() => undefined),
      };
    },
  });
  await until(kept, (frames) => frames.length > 0);
  expect(isBlank(kept.frames[0]!.live)).toBe(true);
  await until(kept, (frames) => !isBlank(frames.at(-1)!.live));
  expect(kept.frames.at(-1)!.live.boxes).toHaveLength(1);
  expect(run.summary().causes.cover).toBeGreaterThan(0);
});

test('settings change the picture while it runs, and wrong ones are refused', async () => {
  const { kept, run } = await start();
  await until(kept, (frames) => frames.length >= 10);
  run.change({ style: 'solid' });
  // #202020 in limited range.
  await until(kept, (frames) => frames.at(-1)!.live.frame.data[faceAt] === 43);
  run.change({ threshold: 0.7 });
  await until(kept, (frames) => frames.at(-1)!.live.boxes?.length === 0);
  expect(run.status().settings).toEqual({ style: 'solid', cells: 4, threshold: 0.7 });
  for (const wrong of [{ cells: 1 }, { cells: 9 }, { threshold: 0 }, { threshold: NaN }]) {
    expect(() => {
      run.change(wrong);
    }).toThrow(expect.objectContaining({ code: 'USAGE' }));
  }
});

test('it says at the end what left, and why it was covered', async () => {
  const { kept, worker, source, run } = await start();
  await until(kept, (frames) => frames.length >= 10 && !isBlank(frames.at(-1)!.live));
  worker.isFailing = true;
  await until(kept, (frames) => isBlank(frames.at(-1)!.live));
  run.panic(true);
  await until(kept, (frames) => frames.length >= 30);
  source.pause();
  source.listener!.lost('the cable was pulled');
  source.listener!.lost('it is still pulled');
  const { length } = kept.frames;
  await until(kept, (frames) => frames.length >= length + 5);
  await run.close();
  const { causes, ...summary } = run.summary();
  expect(summary).toMatchObject({ frames: kept.frames.length, dropped: 0, tracks: 1, sourceLosses: 1 });
  expect(summary.curtained).toBe(kept.frames.filter(({ live }) => live.boxes === null).length);
  expect(Object.values(causes).reduce((sum, count) => sum + count, 0)).toBe(summary.curtained);
  for (const cause of ['late', 'panic', 'no-source'] as const) expect(causes[cause]).toBeGreaterThan(0);
  expect(summary.duration).toBeCloseTo(kept.frames.at(-1)!.live.frame.time, 3);
  expect(summary.latency!.p50).toBeGreaterThanOrEqual(120);
  expect(summary.outputs).toEqual([{ name: 'kept', dropped: 0, failures: 0, files: [] }]);
});

test('closing it closes every output', async () => {
  const { kept, run } = await start();
  await run.close();
  expect(kept.isClosed).toBe(true);
  await run.finished;
});
