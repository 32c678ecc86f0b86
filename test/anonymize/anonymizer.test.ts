import { describe, expect, test } from 'vitest';
import type { TrackBox } from '../../src/frame/track.ts';
import { planesOf } from '../../src/frame/frame.ts';
import { VeilError } from '../../src/errors.ts';
import { anonymizerFor, randomFrame, samplesIn, trackBox, type Size } from './support/frames.ts';

const styles = ['blur', 'mosaic', 'solid'] as const;
const shapes = ['ellipse', 'rectangle'] as const;
const sizes: Size[] = [
  { format: 'yuv420p', width: 160, height: 120 },
  { format: 'yuv420p', width: 161, height: 121 },
  { format: 'gbrp', width: 161, height: 121 },
];

const places: Record<string, TrackBox[]> = {
  'a head in the middle': [trackBox(1, 60.3, 40.7, 30, 40)],
  'heads over every edge': [
    trackBox(1, -10, -12, 30, 40),
    trackBox(2, 140.5, 100.5, 30, 40),
    trackBox(3, 70, -20, 30, 30),
    trackBox(4, -25, 60, 40, 30),
  ],
  'a head larger than the picture': [trackBox(1, -50, -60, 300, 300)],
  'tiny heads': [trackBox(1, 20.5, 20.5, 2, 2), trackBox(2, 80, 60, 5, 7), trackBox(3, 0, 0, 1, 1)],
  'heads that overlap': [
    trackBox(1, 50, 40, 24, 30),
    trackBox(2, 62, 44, 24, 30),
    trackBox(3, 88, 50, 20, 26),
  ],
};

describe.each(sizes)('in $format $width × $height', (size) => {
  for (const style of styles) {
    for (const shape of shapes) {
      test.each(Object.keys(places))(`${style} ${shape} leaves nothing of the faces of %s`, async (place) => {
        const boxes = places[place]!;
        const anonymizer = await anonymizerFor(size, { style, shape, padding: 0 });
        const covered = await anonymizer.anonymize(randomFrame(size, 1), boxes);
        // Cells are constant within an epoch, so any difference comes from the pixels below.
        const others = await anonymizer.anonymize(randomFrame(size, 2), boxes);
        for (const { box } of boxes) expect(samplesIn(others, box)).toEqual(samplesIn(covered, box));
      });
    }
  }

  test('touches nothing but the heads', async () => {
    const original = randomFrame(size, 1);
    const anonymizer = await anonymizerFor(size);
    const copy = { ...original, data: original.data.slice() };
    const covered = await anonymizer.anonymize(copy, [trackBox(1, 60, 40, 20, 26)]);
    expect(covered.data).toBe(copy.data);
    for (const side of [
      { x: 0, y: 0, width: 44, height: 120 },
      { x: 98, y: 0, width: 60, height: 120 },
      { x: 0, y: 0, width: 160, height: 16 },
      { x: 0, y: 86, width: 160, height: 30 },
    ]) {
      expect(samplesIn(covered, side)).toEqual(samplesIn(original, side));
    }
    expect(covered.data).not.toEqual(original.data);
  });

  test('leaves a frame without faces as it is', async () => {
    const original = randomFrame(size, 1);
    const anonymizer = await anonymizerFor(size);
    const covered = await anonymizer.anonymize({ ...original, data: original.data.slice() }, [
      trackBox(1, 900, 900, 30, 30),
    ]);
    expect(covered.data).toEqual(original.data);
  });

  test('draws a curtain over everything', async () => {
    const anonymizer = await anonymizerFor(size);
    const covered = anonymizer.curtain(randomFrame(size, 1));
    for (const { offset, width, height } of planesOf(size.format, size.width, size.height)) {
      expect(new Set(covered.data.subarray(offset, offset + width * height)).size).toBe(1);
    }
  });
});

const size: Size = { format: 'yuv420p', width: 320, height: 240 };

test.each([2, 6, 8, 50])(
  'mosaic with %i cells has at most that many, and never more than 8',
  async (cells) => {
    const anonymizer = await anonymizerFor(size, { style: 'mosaic', cells, padding: 0 });
    const { data, width } = await anonymizer.anonymize(randomFrame(size, 1), [trackBox(1, 90, 60, 120, 120)]);
    const lines = (step: number, start: number, count: number): number => {
      let changes = 0;
      for (let i = 1; i < count; i++) if (data[start + i * step] !== data[start + (i - 1) * step]) changes++;
      return changes + 1;
    };
    for (let row = 62; row < 178; row++)
      expect(lines(1, row * width + 90, 120)).toBeLessThanOrEqual(Math.min(8, cells));
    for (let column = 92; column < 208; column++) {
      expect(lines(width, 60 * width + column, 120)).toBeLessThanOrEqual(Math.min(8, cells));
    }
  },
);

describe('covers that overlap', () => {
  const heads = [
    trackBox(1, 90.3, 70.2, 60, 75),
    trackBox(2, 150.7, 91.4, 60, 75),
    trackBox(3, 128, 128, 20, 26),
  ];

  test.each(shapes)('of shape %s blend into one without a seam', async (shape) => {
    const anonymizer = await anonymizerFor(size, { shape });
    const { data, width } = await anonymizer.anonymize(randomFrame(size, 1), heads);
    const steps = Array.from({ length: 90 }, (_, y) =>
      Array.from({ length: 110 }, (__, x) => {
        const at = (y + 75) * width + x + 95;
        return Math.max(Math.abs(data[at + 1]! - data[at]!), Math.abs(data[at + width]! - data[at]!));
      }),
    ).flat();
    expect(Math.max(...steps)).toBeLessThanOrEqual(6);
  });

  test('show the squares of one grid in a mosaic', async () => {
    const anonymizer = await anonymizerFor(size, { style: 'mosaic', shape: 'rectangle', padding: 0 });
    const apart = [heads[0]!, trackBox(2, 200.9, 60.3, 60, 75)];
    const { data, width } = await anonymizer.anonymize(randomFrame(size, 1), apart);
    for (const [left, right] of [
      [92, 148],
      [203, 259],
    ] as const) {
      for (let y = 75; y < 130; y++) {
        for (let x = left; x < right; x++) {
          const at = y * width + x;
          if (data[at] !== data[at - 1]) expect(x % 16).toBe(0);
          if (data[at] !== data[at - width]) expect(y % 16).toBe(0);
        }
      }
    }
  });
});

test('a small cover has a soft edge, too', async () => {
  const frame = randomFrame({ ...size, width: 1280, height: 720 }, 1);
  frame.data.fill(200);
  const anonymizer = await anonymizerFor({ ...size, width: 1280, height: 720 }, { style: 'solid' });
  const { data } = await anonymizer.anonymize(frame, [trackBox(1, 600, 300, 10, 13)]);
  const row = [...data.subarray(306 * 1280 + 570, 306 * 1280 + 605)];
  const between = row.filter((value) => value !== 200 && value !== row.at(-1));
  expect(between.length).toBeGreaterThanOrEqual(5);
  expect(between).toEqual([...between].sort((a, b) => b - a));
});

test('covers hair, ears and chin with no padding at all', async () => {
  const anonymizer = await anonymizerFor(size, { style: 'solid', padding: 0 });
  const { data, width } = await anonymizer.anonymize(randomFrame(size, 1), [trackBox(1, 120, 80, 80, 100)]);
  const middle = [160, 80 + 50] as const;
  for (const [x, y] of [
    [160, 37],
    [160, 203],
    [101, 120],
    [218, 120],
    [120, 80],
    [199, 179],
  ] as const) {
    expect(data[y * width + x]).toBe(data[middle[1] * width + middle[0]]);
  }
});

test('shows the colour that solid asks for', async () => {
  const rgb: Size = { ...size, format: 'gbrp' };
  const anonymizer = await anonymizerFor(rgb, { style: 'solid', color: '#12a0ff' });
  const { data } = await anonymizer.anonymize(randomFrame(rgb, 1), [trackBox(1, 120, 80, 80, 100)]);
  const at = 130 * rgb.width + 160;
  const count = rgb.width * rgb.height;
  expect([data[2 * count + at], data[at], data[count + at]]).toEqual([0x12, 0xa0, 0xff]);
});

test.each([
  ['another size', randomFrame({ ...size, width: 322 }, 1), [trackBox(1, 1, 1, 9, 9)]],
  ['another format', randomFrame({ ...size, format: 'gbrp' }, 1), [trackBox(1, 1, 1, 9, 9)]],
  ['a box that is none', randomFrame(size, 1), [trackBox(1, Number.NaN, 1, 9, 9)]],
  ['a box without end', randomFrame(size, 1), [trackBox(1, 1, 1, Infinity, 9)]],
])('refuses %s instead of handing the frame on', async (_, frame, boxes) => {
  const anonymizer = await anonymizerFor(size);
  await expect(anonymizer.anonymize(frame, boxes)).rejects.toThrow(VeilError);
});
