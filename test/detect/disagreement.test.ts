import { describe, expect, test } from 'vitest';
import { disagree } from '../../src/detect/disagreement.ts';
import type { Detection } from '../../src/frame/detection.ts';

const face = (x: number, score = 0.9): Detection => ({ box: { x, y: 100, width: 40, height: 50 }, score });

describe('two looks one after the other', () => {
  test('agree when every face is where it was', () => {
    expect(disagree([], [])).toBe(false);
    expect(disagree([face(100), face(300)], [face(304), face(97)])).toBe(false);
  });

  test('agree about what was refused, wherever it comes and goes', () => {
    expect(disagree([face(100)], [face(100), face(300, 0.1)])).toBe(false);
    expect(disagree([face(100, 0.1)], [])).toBe(false);
  });

  test.each<[string, Detection[], Detection[]]>([
    ['appears', [face(100)], [face(100), face(300)]],
    ['vanishes', [face(100), face(300)], [face(100)]],
    ['moves by much of its size', [face(100)], [face(130)]],
    ['fades', [face(100)], [face(100, 0.3)]],
    ['passes another', [face(100), face(130)], [face(102), face(128)]],
  ])('disagree when a face %s', (_, before, after) => {
    expect(disagree(before, after)).toBe(true);
  });
});
