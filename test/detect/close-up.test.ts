import { describe, expect, test } from 'vitest';
import { CLOSE_UP_SIDE as SIDE, closeUp } from '../../src/detect/close-up.ts';
import { decodeMiddle } from '../../src/detect/decoders/close-up.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { readPicture } from '../support/read-picture.ts';

const large = await readPicture(groupPhoto(1), 512);
const small = await readPicture(groupPhoto(1), 256);

/** A box in the middle of the photo. */
function middle(side: number) {
  return { x: (large.width - side) / 2, y: (large.height - side) / 2, width: side, height: side };
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
}

describe('a close-up', () => {
  test('shows a box in the middle, three times as wide as it is', () => {
    const [x, y] = [50, 40];
    const data = new Uint8Array(3 * 300 * 200);
    for (let row = y; row < y + 30; row += 1) data.fill(200, 3 * (row * 300 + x), 3 * (row * 300 + x + 30));
    const {
      width,
      height,
      data: seen,
    } = closeUp([{ width: 300, height: 200, data }], { x, y, width: 30, height: 30 });
    expect([width, height]).toEqual([SIDE, SIDE]);
    const at = (column: number, row: number) => seen[3 * (row * SIDE + column)];
    expect([at(SIDE / 2, SIDE / 2), at(SIDE / 3 + 2, SIDE / 2), at(SIDE / 2, (2 * SIDE) / 3 - 3)]).toEqual([
      200, 200, 200,
    ]);
    expect([at(SIDE / 3 - 3, SIDE / 2), at(SIDE / 2, (2 * SIDE) / 3 + 2), at(2, 2)]).toEqual([0, 0, 0]);
  });

  test('of a large box comes from a smaller picture, and shows the same', () => {
    const box = middle(120);
    const [fine, coarse] = [closeUp([large], box), closeUp([large, small], box)];
    expect(coarse.data).not.toEqual(fine.data);
    expect(meanDifference(fine.data, coarse.data)).toBeLessThan(6);
  });

  test('is black beside the picture', () => {
    const { data } = closeUp([large], { x: -30, y: -30, width: 60, height: 60 });
    expect([...data.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(data.subarray(data.length - 3).some((value) => value > 0)).toBe(true);
    const outside = closeUp([large], { x: 5000, y: 5000, width: 40, height: 40 });
    expect(outside.data.every((value) => value === 0)).toBe(true);
  });
});

describe('the middle of what the network says', () => {
  const maps = (logit: (x: number, y: number) => number) =>
    new Map(
      [8, 16, 32].map((stride) => {
        const cells = SIDE / stride;
        const data = new Float32Array(5 * cells * cells);
        for (let cell = 0; cell < cells * cells; cell += 1) {
          data[5 * cell] = logit((cell % cells) * stride, Math.floor(cell / cells) * stride);
        }
        return [`faces ${stride}`, { width: cells, height: cells, channels: 5, data }];
      }),
    );
  const isMiddle = (x: number, y: number) => Math.hypot(x - SIDE / 2, y - SIDE / 2) < 12;

  test('counts, and what is around it does not', () => {
    const inside = decodeMiddle(
      maps((x, y) => (isMiddle(x, y) ? 3 : -9)),
      SIDE,
    );
    const around = decodeMiddle(
      maps((x, y) => (isMiddle(x, y) ? -9 : x > 70 ? 9 : -9)),
      SIDE,
    );
    expect(inside).toBeGreaterThan(3);
    expect(around).toBeLessThan(-5);
  });

  test('is refused where it is not a number, or missing', () => {
    expect(() =>
      decodeMiddle(
        maps(() => NaN),
        SIDE,
      ),
    ).toThrow(expect.objectContaining({ code: 'DETECTOR_FAILED' }));
    expect(() => decodeMiddle(new Map(), SIDE)).toThrow(expect.objectContaining({ code: 'DETECTOR_FAILED' }));
  });
});
