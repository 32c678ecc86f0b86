import { expect, test } from 'vitest';
import { samplesIn, anonymizerFor, randomFrame, trackBox, type Size } from './support/frames.ts';
import { repeatable } from './support/people.ts';
import { ANEW, coveredFrom, EPOCH } from '../../src/anonymize/cells.ts';
import type { Frame } from '../../src/frame/frame.ts';

const size: Size = { format: 'yuv420p', width: 160, height: 120 };
const face = trackBox(1, 60, 40, 30, 40);

/** The same scene in every frame, with changing sensor noise. */
function scene(index: number): Frame {
  const random = repeatable(index + 1);
  const { width, height } = size;
  const frame = randomFrame(size, 1, index / 30);
  for (let i = 0; i < frame.data.length; i++) {
    const y = i < width * height ? Math.floor(i / width) : 60;
    frame.data[i] = 60 + y + (i % 7) + random() * 12;
  }
  return frame;
}

test('thirty frames of a track show one and the same cover', async () => {
  const anonymizer = await anonymizerFor(size);
  const shown = new Set<string>();
  for (let i = 0; i < 30; i++) {
    const covered = await anonymizer.anonymize(scene(i), [face]);
    shown.add(samplesIn(covered, face.box).join());
  }
  expect(shown.size).toBe(1);
});

test('a face whose light changes is shown in the new light within half a second', async () => {
  const anonymizer = await anonymizerFor(size);
  const before = samplesIn(await anonymizer.anonymize(scene(0), [face]), face.box);
  let after: number[] = [];
  for (let i = 1; i < 30; i++) {
    const frame = scene(i);
    frame.data.forEach((value, at) => (frame.data[at] = Math.min(255, value + 60)));
    after = samplesIn(await anonymizer.anonymize(frame, [face]), face.box);
    if (i < 15) expect(after).toEqual(before);
  }
  expect(average(after) - average(before)).toBeGreaterThan(40);
});

test('a new cover fades in: no jump of more than half of the change from one frame to the next', async () => {
  const anonymizer = await anonymizerFor(size);
  const levels: number[] = [];
  for (let i = 0; i < 30; i++) {
    const frame = scene(i);
    if (i >= 10) frame.data.forEach((value, at) => (frame.data[at] = Math.min(255, value + 60)));
    levels.push(average(samplesIn(await anonymizer.anonymize(frame, [face]), face.box)));
  }
  const jumps = levels.slice(1).map((level, i) => Math.abs(level - levels[i]!));
  expect(Math.max(...jumps)).toBeLessThan((levels[29]! - levels[0]!) / 2);
});

test('noise differs between tracks and between runs, and stays within one run', async () => {
  const at = async (seed: string | undefined, trackId: number): Promise<string> => {
    const anonymizer = await anonymizerFor(size, { seed, style: 'mosaic' });
    const covered = await anonymizer.anonymize(scene(0), [{ ...face, trackId }]);
    return samplesIn(covered, face.box).join();
  };
  expect(await at('one', 1)).toBe(await at('one', 1));
  expect(await at('one', 1)).not.toBe(await at('one', 2));
  expect(await at('one', 1)).not.toBe(await at('two', 1));
  expect(await at(undefined, 1)).not.toBe(await at(undefined, 1));
});

test('a part has to be covered from the last new beginning that lies half a second back', () => {
  expect(ANEW % EPOCH).toBe(0);
  expect([0, EPOCH, ANEW - 0.1, ANEW, ANEW + EPOCH - 0.01].map(coveredFrom)).toEqual([0, 0, 0, 0, 0]);
  expect([ANEW + EPOCH, 2 * ANEW, 2 * ANEW + EPOCH].map(coveredFrom)).toEqual([ANEW, ANEW, 2 * ANEW]);
});

test('what is covered from there on is covered as if all before had been', async () => {
  // Light that always changes: the current cells depend on earlier ones.
  const lit = (index: number): Frame => {
    const frame = { ...scene(index % 30), index, time: index / 4 };
    const shade = 40 * Math.sin(index / 3) + 20 * Math.sin(index / 17);
    frame.data.forEach((value, at) => (frame.data[at] = Math.min(255, Math.max(0, value + shade))));
    return frame;
  };
  const run = async (from: number): Promise<Map<number, string>> => {
    const anonymizer = await anonymizerFor(size, { seed: 'one' });
    const shown = new Map<number, string>();
    for (let index = from * 4; index < 4 * (2 * ANEW + 2); index += 1) {
      const covered = await anonymizer.anonymize(lit(index), [face]);
      shown.set(index / 4, samplesIn(covered, face.box).join());
    }
    return shown;
  };
  const whole = await run(0);
  for (const begin of [ANEW + EPOCH, ANEW + 7, 2 * ANEW + EPOCH]) {
    const part = await run(coveredFrom(begin));
    for (const [time, samples] of part) if (time >= begin) expect(samples, `${begin}`).toBe(whole.get(time));
  }
  // Half a second later, fading still shows earlier cells.
  const late = await run(ANEW + EPOCH);
  expect([...late].filter(([time, samples]) => samples !== whole.get(time))).not.toEqual([]);
});

test('a sliver of a head at the edge of the picture is an average too', async () => {
  const anonymizer = await anonymizerFor(
    { ...size, format: 'gbrp' },
    { style: 'mosaic', padding: 0, cells: 8 },
  );
  const white = randomFrame({ ...size, format: 'gbrp' }, 1);
  white.data.fill(0);
  // One white column: the only one that overlaps the head.
  for (let row = 0; row < 3 * size.height; row++) white.data[row * size.width + size.width - 1] = 255;
  const covered = await anonymizer.anonymize(white, [trackBox(1, 170, 30, 40, 50)]);
  const shown = samplesIn(covered, { x: 159, y: 50, width: 1, height: 10 });
  expect(Math.max(...shown)).toBeLessThan(160);
});

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
