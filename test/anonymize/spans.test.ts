import { expect, test } from 'vitest';
import type { Outline } from '../../src/anonymize/region-kinds.ts';
import { spansOf } from '../../src/anonymize/spans.ts';
import { planesOf } from '../../src/frame/frame.ts';

const head: Outline = {
  centerX: 20,
  centerY: 15,
  radiusX: 8,
  radiusY: 6,
  feather: 0.25,
  shape: 'ellipse',
};
const [luma, chroma] = planesOf('yuv420p', 64, 48);

/** Rows as [ring start, protected start, protected end, ring end]. */
function rowsOf(region: Outline, plane = luma): { y: number; row: number[] }[] {
  const { top, rows, data } = spansOf(region, plane);
  return Array.from({ length: rows }, (_, i) => ({ y: top + i, row: [...data.subarray(4 * i, 4 * i + 4)] }));
}

test.each(['ellipse', 'rectangle'] as const)(
  'every pixel whose centre lies in the %s is protected',
  (shape) => {
    const rows = new Map(rowsOf({ ...head, shape }).map(({ y, row }) => [y, row]));
    for (let y = 0; y < luma.height; y += 1) {
      for (let x = 0; x < luma.width; x += 1) {
        const [dx, dy] = [(x + 0.5 - head.centerX) / head.radiusX, (y + 0.5 - head.centerY) / head.radiusY];
        const isInside =
          shape === 'ellipse' ? Math.hypot(dx, dy) < 1 - 1e-9 : Math.max(Math.abs(dx), Math.abs(dy)) < 1;
        const [, from = 0, to = 0] = rows.get(y) ?? [];
        if (isInside) expect({ x, y, covered: x >= from && x < to }).toEqual({ x, y, covered: true });
      }
    }
  },
);

test('the ring lies around the protected part', () => {
  for (const { row } of rowsOf(head)) {
    const [ringStart, start, end, ringEnd] = row as [number, number, number, number];
    expect([ringStart <= start, start <= end, end <= ringEnd]).toEqual([true, true, true]);
  }
});

test('a row of chroma covers whatever one of its rows of luma covers', () => {
  const small = new Map(rowsOf(head, chroma).map(({ y, row }) => [y, row]));
  for (const { y, row } of rowsOf(head)) {
    const [, start = 0, end = 0] = row;
    if (end <= start) continue;
    const [, from, to] = small.get(y >> 1)!;
    expect(from).toBeLessThanOrEqual(start >> 1);
    expect(to).toBeGreaterThanOrEqual((end + 1) >> 1);
  }
});

test('spans end at the edges of the picture, and a head outside has none', () => {
  const atCorner = spansOf({ ...head, centerX: 0, centerY: 0 }, luma);
  expect([atCorner.top, atCorner.left]).toEqual([0, 0]);
  const outside = spansOf({ ...head, centerX: -50 }, luma);
  expect(outside.right - outside.left).toBeLessThanOrEqual(0);
});
