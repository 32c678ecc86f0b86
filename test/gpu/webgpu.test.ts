import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnonymizerOptions } from '../../src/anonymize/anonymizer.ts';
import { WebGpuPainter } from '../../src/anonymize/webgpu.ts';
import { VeilError } from '../../src/errors.ts';
import type { TrackBox } from '../../src/frame/track.ts';
import { anonymizerFor, randomFrame, trackBox, type Size } from '../anonymize/support/frames.ts';
import { repeatable } from '../anonymize/support/people.ts';

/** Debian's software GPU in chromium: very slow, but correct. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Whether the adapter is software. */
let isSoftware = false;
const reason = await whyNoAdapter();
if (reason !== null) console.warn(`WebGPU is not tested: ${reason}`);

async function whyNoAdapter(): Promise<string | null> {
  const first = await open();
  if (first === null || !existsSync(SWIFTSHADER)) return first;
  process.env['VK_ICD_FILENAMES'] = SWIFTSHADER;
  return open();
}

async function open(): Promise<string | null> {
  try {
    const painter = await WebGpuPainter.open({ software: true });
    isSoftware = painter.isSoftware;
    await painter.close();
    return null;
  } catch (error) {
    if (error instanceof VeilError) return error.message;
    throw error;
  }
}

function crowd(count: number, { width, height }: Size): TrackBox[] {
  const random = repeatable(5);
  return Array.from({ length: count }, (_, i) => {
    const size = 3 + random() * 8;
    return trackBox(i, random() * width - size / 2, random() * height - size / 2, size * 0.8, size);
  });
}

const odd: Size = { format: 'yuv420p', width: 97, height: 75 };
const even: Size = { format: 'yuv420p', width: 96, height: 64 };
const still: Size = { format: 'gbrp', width: 97, height: 75 };
const heads = [
  trackBox(1, 30.4, 20.2, 20, 26),
  trackBox(2, 44.1, 28.6, 16, 20),
  trackBox(3, -8, -9, 20, 26),
  trackBox(4, 88, 60, 20, 26),
  trackBox(5, 10, 55, 2, 3),
];

const cases: [string, Size, TrackBox[]][] = [
  ['an odd size', odd, heads],
  ['an even size', even, heads],
  ['a still image', still, heads],
  ['nobody', odd, []],
  ['somebody outside', odd, [trackBox(1, 500, 500, 20, 20)]],
  ['a head larger than the picture', odd, [trackBox(1, -100, -120, 300, 300)]],
];

const looks = (['blur', 'mosaic', 'solid'] as const).flatMap((style) =>
  (['ellipse', 'rectangle'] as const).map((shape) => ({ style, shape })),
);

test.skipIf(reason !== null).each(cases)(
  'CPU and WebGPU agree within one level on %s, in every style and shape',
  async (_, size, boxes) => {
    for (const look of looks) expect(await difference(size, boxes, look)).toBeLessThanOrEqual(1);
  },
);

test.skipIf(reason !== null)('CPU and WebGPU agree within one level on five hundred heads', async () => {
  const size: Size = { format: 'yuv420p', width: 240, height: 160 };
  expect(await difference(size, crowd(500, size), { style: 'blur', shape: 'ellipse' })).toBeLessThanOrEqual(
    1,
  );
  expect(
    await difference(size, crowd(500, size), { style: 'mosaic', shape: 'rectangle' }),
  ).toBeLessThanOrEqual(1);
});

/** The largest difference over two frames of a track, one of them while cells fade. */
async function difference(size: Size, boxes: TrackBox[], look: Partial<AnonymizerOptions>): Promise<number> {
  const cpu = await anonymizerFor(size, look);
  const gpu = await anonymizerFor(size, { ...look, anonymizer: 'webgpu' });
  let largest = 0;
  for (const time of [0, 0.6, 0.7]) {
    const frame = randomFrame(size, 1 + time, time);
    const onCpu = await cpu.anonymize({ ...frame, data: frame.data.slice() }, boxes);
    const onGpu = await gpu.anonymize({ ...frame, data: frame.data.slice() }, boxes);
    onCpu.data.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - onGpu.data[i]!))));
    if (boxes.length > 2) expect(onGpu.data).not.toEqual(frame.data);
  }
  await cpu.close();
  await gpu.close();
  return largest;
}

test.skipIf(reason !== null)('a GPU that is lost ends the run instead of letting a frame out', async () => {
  const gpu = await anonymizerFor(odd, { anonymizer: 'webgpu' });
  await gpu.anonymize(randomFrame(odd, 1), heads);
  await gpu.close();
  await expect(gpu.anonymize(randomFrame(odd, 1), heads)).rejects.toMatchObject({ code: 'GPU_LOST' });
});

test.skipIf(!isSoftware)(
  'auto never takes a GPU in software (skipped where the GPU is a real one)',
  async () => {
    const anonymizer = await anonymizerFor(odd, { anonymizer: 'auto' });
    expect(anonymizer.description).toBe('cpu');
    await anonymizer.close();
  },
);
