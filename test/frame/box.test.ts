import { describe, expect, it } from 'vitest';
import { growBox, iou, lerpBox, unionBox } from '../../src/frame/box.ts';
import { frameBytes, planesOf } from '../../src/frame/frame.ts';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('boxes', () => {
  it('overlap fully with themselves and not at all with boxes that only touch', () => {
    expect(iou(box(0, 0, 4, 4), box(0, 0, 4, 4))).toBe(1);
    expect(iou(box(0, 0, 4, 4), box(4, 0, 4, 4))).toBe(0);
    expect(iou(box(0, 0, 4, 4), box(2, 0, 4, 4))).toBeCloseTo(1 / 3);
  });

  it('grow about their centre', () => {
    expect(growBox(box(10, 10, 10, 20), 0.2)).toEqual(box(9, 8, 12, 24));
  });

  it('are joined and interpolated', () => {
    expect(unionBox(box(0, 0, 2, 2), box(4, 1, 2, 5))).toEqual(box(0, 0, 6, 6));
    expect(lerpBox(box(0, 0, 2, 2), box(4, 8, 4, 4), 0.5)).toEqual(box(2, 4, 3, 3));
  });
});

describe('planes', () => {
  it('round chroma up for odd sizes', () => {
    const [, u, v] = planesOf('yuv420p', 5, 3);
    expect(u).toMatchObject({ offset: 15, width: 3, height: 2 });
    expect(v).toMatchObject({ offset: 21, width: 3, height: 2 });
    expect(frameBytes('yuv420p', 5, 3)).toBe(27);
  });

  it('are all full size for stills', () => {
    expect(frameBytes('gbrp', 5, 3)).toBe(45);
  });
});
