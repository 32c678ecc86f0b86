import { describe, expect, test } from 'vitest';
import type { Detector } from '../../../src/detect/detector.ts';
import type { Frame, Picture } from '../../../src/frame/frame.ts';
import { delayLine } from '../../../src/pipeline/file/delay-line.ts';
import type { DecidedFrame } from '../../../src/pipeline/file/decided-frame.ts';
import { observe } from '../../../src/observe/observe.ts';
import type { SourceFrame } from '../../../src/source/source.ts';
import { Tracker } from '../../../src/track/tracker.ts';

const [width, height] = [160, 90];
const plan = { stride: 1, extraPerPass: 0 };
const delay = { lookAhead: 12, slack: 6 };

/** A frame of stripes: upright ones in scene 0, level ones in scene 1. */
function frame(index: number, scene: number): Frame {
  const data = new Uint8Array((width * height * 3) / 2);
  for (let i = 0; i < width * height; i += 1) {
    const across = scene === 0 ? i % width : Math.floor(i / width);
    data[i] = 120 + 90 * Math.sin(across / 9);
  }
  return { index, pts: index, time: index / 25, width, height, format: 'yuv420p', data };
}

/** A picture of half the size, whose first byte says of which frame. */
function picture(index: number): Picture {
  return { width: width / 2, height: height / 2, data: new Uint8Array(10).fill(index) };
}

interface Log {
  read: number;
}

async function* source(
  frames: number,
  log: Log,
  sceneAt: (index: number) => number = () => 0,
): AsyncGenerator<SourceFrame> {
  for (let index = 0; index < frames; index += 1) {
    log.read = index + 1;
    yield { frame: frame(index, sceneAt(index)), pictures: index % 6 === 0 ? [picture(index)] : null };
    await Promise.resolve();
  }
}

function detector(faceFrom: number, seen: number[] = []): Detector {
  return {
    name: 'test',
    description: 'test',
    traits: {
      cost: 'light',
      nearLooks: [512],
      largestFace: Infinity,
      confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.4 },
    },
    detect: (pictures) => {
      const index = pictures[0]!.data[0]!;
      seen.push(index);
      const box = { x: 30, y: 10, width: 10, height: 12 };
      return Promise.resolve(index >= faceFrom ? [{ box, score: 0.9 }] : []);
    },
    close: () => Promise.resolve(),
  };
}

function tracker(): Tracker {
  return new Tracker({
    width,
    height,
    frameRate: 25,
    lookInterval: 6,
    lookAhead: 12,
    confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.4 },
  });
}

function line(frames: AsyncIterable<SourceFrame>, finder: Detector): AsyncGenerator<DecidedFrame> {
  return delayLine(observe(frames, { detector: finder, plan }), tracker(), delay);
}

test('every frame leaves once, in order, and no more than the window waits', async () => {
  const log = { read: 0 };
  const left: number[] = [];
  for await (const { frame: out } of line(source(60, log), detector(0))) {
    left.push(out.index);
    expect(log.read - left.length).toBeLessThanOrEqual(delay.lookAhead + delay.slack);
  }
  expect(left).toEqual(Array.from({ length: 60 }, (_, index) => index));
});

test('a face is covered before the look that finds it first, in pixels of the frame', async () => {
  const covered: number[] = [];
  for await (const {
    frame: out,
    decision: { boxes },
  } of line(source(60, { read: 0 }), detector(30))) {
    if (boxes!.length > 0) covered.push(out.index);
    // The picture has half the size of the frame.
    for (const { box } of boxes!) expect(Math.abs(box.x + box.width / 2 - 70)).toBeLessThan(1);
  }
  expect(covered[0]).toBe(20);
  expect(covered.at(-1)).toBe(59);
});

test('a scene between two looks is covered as a whole', async () => {
  const short = (index: number): number => (index >= 31 && index <= 34 ? 1 : 0);
  const curtains: number[] = [];
  for await (const {
    frame: out,
    decision: { boxes },
  } of line(source(60, { read: 0 }, short), detector(0))) {
    if (boxes === null) curtains.push(out.index);
  }
  expect(curtains).toEqual([31, 32, 33, 34]);
});

test('a clip that ends before its looks are done is covered like any other', async () => {
  const quick = detector(0);
  const slow: Detector = {
    ...quick,
    detect: async (pictures) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return quick.detect(pictures);
    },
  };
  let covered = 0;
  for await (const {
    decision: { boxes },
  } of line(source(20, { read: 0 }), slow))
    covered += boxes?.length ?? 0;
  expect(covered).toBe(20);
});

describe('between two looks', () => {
  const halves = { stride: 2, extraPerPass: 0.5 };
  /** Frames that were looked at: the source brings a picture of every sixth. */
  async function lookedAt(faceFrom: number, extraPerPass: number): Promise<number[]> {
    const seen: number[] = [];
    const observed = observe(source(120, { read: 0 }), {
      detector: detector(faceFrom, seen),
      plan: { ...halves, extraPerPass },
    });
    const frames = delayLine(observed, tracker(), delay);
    while ((await frames.next()).done !== true);
    return seen;
  }

  test('a slow detector looks at the same frames as a quick one', async () => {
    const pace = async (wait: () => Promise<unknown>): Promise<number[]> => {
      const seen: number[] = [];
      const quick = detector(42, seen);
      const paced: Detector = { ...quick, detect: (pictures) => wait().then(() => quick.detect(pictures)) };
      const plan = { ...halves, extraPerPass: 1 };
      const observed = observe(source(120, { read: 0 }), { detector: paced, plan });
      // Room for two looks that are asked for before they are waited for.
      const frames = delayLine(observed, tracker(), { ...delay, slack: 24 });
      while ((await frames.next()).done !== true);
      return seen;
    };
    const slow = await pace(() => new Promise((resolve) => setTimeout(resolve, 5)));
    expect(slow).toEqual(await pace(() => Promise.resolve()));
  });

  test('nobody looks again while nothing happens', async () => {
    expect(await lookedAt(0, 1)).toEqual([0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 114]);
  });

  test('where a face appears, the frame between is looked at too', async () => {
    expect(await lookedAt(42, 1)).toContain(42);
  });

  test('without a budget it is not', async () => {
    expect(await lookedAt(42, 0)).not.toContain(42);
  });
});

test('a look that fails stops the line', async () => {
  const failing: Detector = { ...detector(0), detect: () => Promise.reject(new Error('lost')) };
  await expect(line(source(60, { read: 0 }), failing).next()).rejects.toThrow('lost');
});

test('a consumer that stops waits for the look that runs, and for no other', async () => {
  const seen: number[] = [];
  const frames = line(source(60, { read: 0 }), detector(0, seen));
  await frames.next();
  await frames.return(undefined);
  const looks = seen.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toHaveLength(looks);
});

test('boxes are told in tenths of a pixel and in order of their tracks, as they are written down', async () => {
  const two: Detector = {
    ...detector(0),
    detect: () =>
      Promise.resolve(
        [40, 10].map((x) => ({ box: { x: x + 0.123, y: 10.377, width: 10.51, height: 12.49 }, score: 0.9 })),
      ),
  };
  for await (const {
    decision: { boxes },
  } of line(source(30, { read: 0 }), two)) {
    expect(boxes!.map(({ trackId }) => trackId)).toEqual([1, 2]);
    for (const { box } of boxes!) {
      for (const value of Object.values(box) as number[]) expect(value).toBe(Math.round(value * 10) / 10);
    }
  }
});
