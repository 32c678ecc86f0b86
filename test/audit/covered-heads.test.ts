import { describe, expect, test } from 'vitest';
import { CoveredHeads } from '../../src/audit/covered-heads.ts';
import type { CoveredTracks } from '../../src/documents/read-report.ts';
import type { Picture } from '../../src/frame/frame.ts';

const SIZE = { width: 200, height: 100 };

function reportOf(...boxes: number[][]): CoveredTracks {
  return {
    ...{ format: 'veil-report/1', frames: 10, closingFrames: 0, curtains: [] },
    config: { shape: 'ellipse', padding: 0.2 },
    tracks: boxes.map((box, index) => ({ id: index + 1, boxes: [box] })),
  };
}

/** Red from 0 to 199, from left to right. */
function ramp(width = SIZE.width, height = SIZE.height): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let at = 0; at < data.length; at += 3) data[at] = ((at / 3) % width) * (SIZE.width / width);
  return { width, height, data };
}

function redAt({ width, data }: Picture, x: number, y: number): number {
  return data[3 * (y * width + x)]!;
}

describe('covered heads', () => {
  const heads = new CoveredHeads(reportOf([3, 80, 30, 40, 40, 0]), SIZE);

  test('hold a face that lies in them, and none beside them', () => {
    expect(heads.covers(3, { x: 85, y: 35, width: 30, height: 30 })).toBe(true);
    expect(heads.covers(3, { x: 150, y: 35, width: 30, height: 30 })).toBe(false);
    expect(heads.covers(4, { x: 85, y: 35, width: 30, height: 30 })).toBe(false);
  });

  test('doubt a face of which they hold a part', () => {
    const half = { x: 110, y: 35, width: 50, height: 50 };
    expect([heads.covers(3, half), heads.doubts(3, half), heads.doubts(4, half)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(heads.doubts(3, { x: 150, y: 35, width: 30, height: 30 })).toBe(false);
  });

  test('have one colour each in what the detector is given, and all around them stays as it is', () => {
    const picture = ramp();
    const without = heads.withoutHeads(3, picture);
    const inside = [85, 95, 105, 115].map((x) => redAt(without, x, 50));
    expect(new Set(inside).size).toBe(1);
    expect(Math.abs(inside[0]! - 100)).toBeLessThanOrEqual(1);
    for (const x of [5, 40, 165, 195]) expect(redAt(without, x, 50)).toBe(x);
    expect(redAt(picture, 85, 50)).toBe(85);
    expect(heads.withoutHeads(4, picture).data).toEqual(picture.data);
  });

  test('lie where they are in small pictures, too', () => {
    const without = heads.withoutHeads(3, ramp(100, 50));
    expect(redAt(without, 43, 25)).toBe(redAt(without, 57, 25));
    expect(redAt(without, 20, 25)).toBe(40);
  });

  test('may reach over the edges of the picture', () => {
    const edges = new CoveredHeads(reportOf([0, -20, -20, 40, 40, 0], [0, 180, 80, 40, 40, 0]), SIZE);
    const without = edges.withoutHeads(0, ramp());
    expect(redAt(without, 0, 0)).toBe(redAt(without, 10, 5));
    expect(redAt(without, 199, 99)).toBe(redAt(without, 190, 95));
    expect(redAt(without, 100, 50)).toBe(100);
  });
});
