import { expect, test } from 'vitest';
import { regionsOf } from '../../src/anonymize/regions.ts';
import type { TrackBox } from '../../src/frame/track.ts';

const STYLE = { shape: 'ellipse', padding: 0 } as const;
const BOX = { x: 100, y: 100, width: 40, height: 50 };

function boxOf(changed: Partial<TrackBox> = {}): TrackBox {
  return { trackId: 1, box: BOX, origin: 'detected', score: 0.9, ...changed };
}

test('a face becomes a head in the shape that was asked for, with hair, ears and chin', () => {
  const [head] = regionsOf([boxOf()], STYLE, 640, 360);
  expect(head).toMatchObject({ trackId: 1, kind: 'head', shape: 'ellipse', centerX: 120 });
  expect(head!.radiusX).toBeGreaterThan(BOX.width / 2);
  expect(head!.centerY - head!.radiusY).toBeLessThan(BOX.y);
  expect(head!.centerY + head!.radiusY).toBeGreaterThan(BOX.y + BOX.height);
});

test('a zone is a rectangle of its own size, whatever heads look like and whoever drew it', () => {
  const [zone] = regionsOf([boxOf({ kind: 'zone', origin: 'manual' })], { ...STYLE, padding: 1 }, 640, 360);
  expect(zone).toMatchObject({ kind: 'zone', shape: 'rectangle', centerX: 120, centerY: 125 });
  expect(Math.abs(zone!.radiusX - BOX.width / 2)).toBeLessThan(1);
  expect(Math.abs(zone!.radiusY - BOX.height / 2)).toBeLessThan(1);
});

test('what lies wholly outside the picture is left out, and what reaches into it is not', () => {
  const outside = boxOf({ box: { ...BOX, x: -200 } });
  const reaching = boxOf({ trackId: 2, box: { ...BOX, x: -45 } });
  expect(regionsOf([outside, reaching], STYLE, 640, 360).map(({ trackId }) => trackId)).toEqual([2]);
});

test.each([NaN, Infinity, 1e7])('a box at %s is refused: what it should have covered is unknown', (x) => {
  expect(() => regionsOf([boxOf({ box: { ...BOX, x } })], STYLE, 640, 360)).toThrow(
    expect.objectContaining({ code: 'INTERNAL' }),
  );
});
