import { expect, test } from 'vitest';
import { measurePrecision } from '../../scripts/detector/average-precision.ts';
import type { Box } from '../../src/frame/box.ts';

const ALL = { low: 0, high: Infinity };

const square = (x: number, size = 20): Box => ({ x, y: 0, width: size, height: size });
const found = (x: number, score: number, size = 20) => ({ box: square(x, size), score });

test('a detector that finds every face and nothing else has full marks', () => {
  const measured = measurePrecision(
    [
      { found: [found(0, 0.9), found(100, 0.3)], faces: [square(1), square(100)] },
      { found: [], faces: [] },
    ],
    ALL,
  );
  expect(measured).toMatchObject({ faces: 2, averagePrecision: 1, recall: 1 });
  expect(measured.at).toContainEqual({ score: 0.5, recall: 0.5, falsePositives: 0 });
});

test('a false positive costs as much as there are faces below it', () => {
  const faces = [square(0), square(100)];
  const [before, between, after] = [0.95, 0.8, 0.1].map((score) =>
    measurePrecision([{ found: [found(0, 0.9), found(100, 0.5), found(300, score)], faces }], ALL),
  );
  expect(before!.averagePrecision).toBeCloseTo(2 / 3);
  expect(between!.averagePrecision).toBeCloseTo((1 + 2 / 3) / 2);
  expect(after!.averagePrecision).toBe(1);
  // With two faces, no false positive is allowed.
  expect([before!.recall, between!.recall, after!.recall]).toEqual([0, 0.5, 1]);
});

test('the second hit of a face is a false positive', () => {
  const measured = measurePrecision(
    [{ found: [found(0, 0.9), found(2, 0.8), found(100, 0.7)], faces: [square(0), square(100)] }],
    ALL,
  );
  expect(measured.averagePrecision).toBeCloseTo((1 + 2 / 3) / 2);
});

test('faces of another size are neither missed nor found', () => {
  const measured = measurePrecision(
    [{ found: [found(0, 0.9), found(100, 0.8, 40)], faces: [square(0), square(100, 40), square(300)] }],
    { low: 32, high: Infinity },
  );
  expect(measured).toMatchObject({ faces: 1, averagePrecision: 1 });
});

test('a box that overlaps a face by less than half of both is not it', () => {
  const measured = measurePrecision([{ found: [found(8, 0.9)], faces: [square(0)] }], ALL);
  expect(measured.averagePrecision).toBe(0);
});
