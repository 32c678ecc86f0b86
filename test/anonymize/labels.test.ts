import { describe, expect, it } from 'vitest';
import { createAnonymizer } from '../../src/anonymize/anonymizer.ts';
import { frameBytes, type Frame, type PixelFormat } from '../../src/frame/frame.ts';
import type { TrackBox } from '../../src/frame/track.ts';
import { silentLogger } from '../../src/logger.ts';

const SIZE = { width: 160, height: 120 };

async function labelled(format: PixelFormat, boxes: readonly TrackBox[], labels = true): Promise<Frame> {
  const data = new Uint8Array(frameBytes(format, SIZE.width, SIZE.height)).fill(120);
  const frame: Frame = { ...SIZE, index: 0, pts: 0, time: 0, format, data };
  const anonymizer = await createAnonymizer({
    ...{ style: 'solid', cells: 6, shape: 'ellipse', padding: 0.2, color: '#808080', anonymizer: 'cpu' },
    ...{ ...SIZE, format, labels, logger: silentLogger, seed: 'x' },
  });
  await anonymizer.anonymize(frame, boxes);
  await anonymizer.close();
  return frame;
}

const box = (trackId: number, x: number, y: number): TrackBox => {
  return { trackId, box: { x, y, width: 40, height: 40 }, origin: 'detected', score: 1 };
};

/** The first plane around a place, with bright dots as #. */
function picture({ data }: Frame, left: number, top: number, width: number, height: number): string[] {
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const value = data[(top + 2 * row) * SIZE.width + left + 2 * column]!;
      return value > 200 ? '#' : value < 50 ? '.' : ' ';
    }).join(''),
  );
}

describe('labels', () => {
  it.each(['yuv420p', 'gbrp'] as const)(
    'are the numbers of tracks, above their boxes, in %s',
    async (format) => {
      expect(picture(await labelled(format, [box(17, 60, 60)]), 60, 46, 9, 7)).toEqual([
        '.........',
        '..#..###.',
        '.##....#.',
        '..#....#.',
        '..#....#.',
        '.###...#.',
        '.........',
      ]);
    },
  );

  it('stay in the picture, leave zones alone, and are drawn only where they are asked for', async () => {
    const atEdge = await labelled('yuv420p', [box(8, 150, -5)]);
    expect(picture(atEdge, 150, 0, 5, 3)).toEqual(['.....', '.###.', '.#.#.']);
    const plain = await labelled('yuv420p', [box(8, 60, 60)], false);
    expect(picture(plain, 60, 46, 9, 7).join('')).not.toMatch(/[#.]/);
    const zone = await labelled('yuv420p', [{ ...box(-1, 60, 60), kind: 'zone' }]);
    expect(picture(zone, 60, 46, 9, 7).join('')).not.toMatch(/[#.]/);
  });
});
