import { describe, expect, test } from 'vitest';
import { lookAtSizes } from '../../src/detect/multi-scale.ts';
import { suppress, vote } from '../../src/detect/nms.ts';
import { letterbox, padPicture } from '../../src/detect/pad-image.ts';
import type { Detection } from '../../src/frame/detection.ts';
import type { Picture } from '../../src/frame/frame.ts';

const face = (x: number, score: number, size = 10): Detection => ({
  box: { x, y: 0, width: size, height: size },
  score,
});

const blank = (width: number, height: number, value = 0): Picture => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(value),
});

describe('suppression', () => {
  test('keeps the best of those that overlap, best first', () => {
    expect(suppress([face(1, 0.3), face(50, 0.4), face(0, 0.9)], 0.5)).toEqual([face(0, 0.9), face(50, 0.4)]);
  });

  test('keeps both of two neighbours, and what only a suppressed box touched', () => {
    const chain = [face(0, 0.9), face(4, 0.8), face(8, 0.7)];
    expect(suppress(chain, 0.4)).toEqual([face(0, 0.9), face(8, 0.7)]);
  });
});

describe('voting', () => {
  test('puts the box where all cells that see the face say on average, the surest most of all', () => {
    const [joined, ...others] = vote([face(2, 0.4), face(0, 0.8)], 0.4);
    expect(others).toEqual([]);
    expect(joined!.box.x).toBeCloseTo((2 * 0.4 ** 2) / (0.8 ** 2 + 0.4 ** 2));
    expect(joined!.box).toMatchObject({ y: 0, width: 10, height: 10 });
  });

  test('gives no say to a box that gives way but may be of a neighbour', () => {
    // 10 wide and 4 apart: an IoU of 0.43.
    expect(vote([face(0, 0.8), face(4, 0.4)], 0.4)).toEqual(vote([face(0, 0.8)], 0.4));
  });

  test('multiplies the odds by a power of the sum of the scores', () => {
    const odds = (faces: Detection[]) => {
      const score = vote(faces, 0.4)[0]!.score;
      return score / (1 - score);
    };
    expect(odds([face(0, 0.8), face(1, 0.8), face(1, 0.65)])).toBeCloseTo(4 * 2.25 ** 0.7);
    expect(odds([face(0, 0.5)])).toBeCloseTo(0.5 ** 0.7);
    expect(vote([face(0, 1)], 0.4)[0]!.score).toBe(1);
  });

  test('keeps neighbours apart, best first', () => {
    expect(vote([face(40, 0.3), face(0, 0.8)], 0.4).map(({ box }) => box.x)).toEqual([0, 40]);
  });

  test.each([
    ['impossible', 0, 10],
    ['without area', 0.5, 0],
  ])('gives finite numbers for a face that is %s', (_, score, size) => {
    const [joined] = vote([face(3, score, size)], 0.4);
    expect(joined!.box).toEqual(face(3, score, size).box);
    expect(joined!.score).toBeGreaterThanOrEqual(0);
  });
});

describe('a look at several sizes', () => {
  test('gives boxes in pixels of the first picture, each face once', async () => {
    const pictures = [blank(100, 60), blank(50, 30)];
    const faces = await lookAtSizes(pictures, ({ width }) =>
      Promise.resolve(width === 100 ? [face(0, 0.5, 20)] : [face(0, 0.8), face(30, 0.3)]),
    );
    expect(faces).toEqual([face(0, 0.8, 20), face(60, 0.3, 20)]);
  });

  test('takes large faces from the smallest picture only, where that is asked for', async () => {
    const look = ({ width }: Picture) =>
      Promise.resolve([{ box: { x: 0, y: 0, width: 40, height: width === 100 ? 41 : 45 }, score: 0.5 }]);
    const faces = await lookAtSizes([blank(100, 100), blank(50, 50)], look, { largest: 40 });
    expect(faces).toEqual([{ box: { x: 0, y: 0, width: 80, height: 90 }, score: 0.5 }]);
  });

  test('takes what fills much of the picture from the smallest one only, where that is asked for', async () => {
    const look = ({ width }: Picture) =>
      Promise.resolve([face(0, 0.5, 0.15 * width), face(0.5 * width, 0.5, 0.17 * width)]);
    const faces = await lookAtSizes([blank(400, 400), blank(200, 200), blank(100, 100)], look, {
      largestShare: 0.16,
    });
    expect(faces.map(({ box }) => Math.round(box.width))).toEqual([60, 68]);
    const [small, large] = faces;
    expect(small!.box).toEqual(face(0, 0.5, 60).box);
    expect(large!.box.x).toBe(200);
  });

  test('takes small faces from the largest picture only, where that is asked for', async () => {
    const inLarge = [face(0, 0.6, 23)];
    const inSmall = [face(30, 0.9, 23), face(60, 0.5, 24)];
    const look = ({ width }: Picture) => Promise.resolve(width === 200 ? inLarge : inSmall);
    const both = await lookAtSizes([blank(200, 100), blank(100, 50)], look, { smallest: 24 });
    expect(both).toEqual([face(0, 0.6, 23), face(120, 0.5, 48)]);
    expect(await lookAtSizes([blank(100, 50)], look, { smallest: 24 })).toEqual(inSmall);
  });

  test('lets only those boxes vote that count', async () => {
    const tooLarge = face(0, 0.9, 41);
    const tooWeak = face(2, 0.09, 38);
    const counts = face(0, 0.5, 40);
    const faces = await lookAtSizes(
      [blank(100, 100), blank(50, 50)],
      ({ width }) => Promise.resolve(width === 100 ? [tooLarge, tooWeak, counts] : []),
      { largest: 40, atLeast: 0.2, votes: true },
    );
    expect(faces).toEqual(vote([counts], 0.4));

    const inPadding = face(100, 0.4);
    const atEdge = face(98, 0.5);
    const edge = await lookAtSizes([blank(100, 60)], () => Promise.resolve([inPadding, atEdge]), {
      votes: true,
    });
    expect(edge).toEqual(vote([atEdge], 0.4));
  });

  test('lets boxes of one picture vote, and takes the best picture as it is', async () => {
    const inLarge = [face(0, 0.8, 20), face(2, 0.8, 20)];
    const look = ({ width }: Picture) => Promise.resolve(width === 100 ? inLarge : [face(0, 0.5)]);
    const faces = await lookAtSizes([blank(100, 60), blank(50, 30)], look, { votes: true });
    expect(faces).toEqual(vote(inLarge, 0.4));
  });

  test('lets boxes vote that are half as sure as what is taken, and asks the result', async () => {
    const alone = face(0, 0.24, 20);
    const look = () =>
      Promise.resolve([alone, face(50, 0.24, 20), ...Array<Detection>(10).fill(face(50, 0.1, 20))]);
    const faces = await lookAtSizes([blank(100, 60)], look, { atLeast: 0.2, votes: true });
    expect(faces).toHaveLength(1);
    expect(faces[0]!.box.x).toBeCloseTo(50);
    expect(faces[0]!.score).toBeCloseTo(0.27, 2);
  });

  test('leaves out scores that are lower than asked for', async () => {
    const look = () => Promise.resolve([face(0, 0.19), face(20, 0.2), face(40, 0.9)]);
    const faces = await lookAtSizes([blank(100, 60)], look, { atLeast: 0.2 });
    expect(faces.map(({ score }) => score)).toEqual([0.9, 0.2]);
  });

  test('drops what lies in the padding alone', async () => {
    const faces = await lookAtSizes([blank(100, 60)], () => Promise.resolve([face(95, 0.5), face(101, 0.9)]));
    expect(faces).toEqual([face(95, 0.5)]);
  });
});

test('padding adds black at the right and bottom, and nothing where nothing is needed', () => {
  const padded = padPicture(blank(3, 2, 9), 4);
  expect([padded.width, padded.height]).toEqual([4, 4]);
  const row = [...new Array<number>(9).fill(9), 0, 0, 0];
  expect([...padded.data]).toEqual([...row, ...row, ...new Array<number>(24).fill(0)]);
  const fitting = blank(8, 4);
  expect(padPicture(fitting, 4)).toBe(fitting);
});

test('a letterbox keeps the aspect', () => {
  const { picture, scale } = letterbox(blank(8, 4, 7), 4, 4);
  expect(scale).toBe(0.5);
  expect([...picture.data]).toEqual([...new Array<number>(24).fill(7), ...new Array<number>(24).fill(0)]);
});
