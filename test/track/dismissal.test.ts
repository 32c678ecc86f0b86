import { describe, expect, test } from 'vitest';
import { isDismissed } from '../../src/track/dismissal.ts';

const judgement = {
  height: 1000,
  threshold: 0.2,
  confirmation: { seenOnce: 0.3, largeFace: 0.5, holdSeconds: 0.3 },
  tuning: { largeFace: 0.2 },
};

function candidate(score: number, { count = 3, height = 10 } = {}) {
  const best = { frame: 10, look: 1, score, box: { x: 0, y: 0, width: height, height } };
  return { first: best, best, score, count };
}

describe('a candidate', () => {
  test('is not a face where it never reached the threshold, whether anybody looked again or not', () => {
    expect(isDismissed(candidate(0.19), { lastLook: null }, judgement)).toBe(true);
    expect(isDismissed(candidate(0.2), { lastLook: 40 }, judgement)).toBe(false);
  });

  test('that was seen once needs a better score once its scene was looked at again', () => {
    const once = candidate(0.25, { count: 1 });
    expect(isDismissed(once, { lastLook: 10 }, judgement)).toBe(false);
    expect(isDismissed(once, { lastLook: 16 }, judgement)).toBe(true);
    expect(isDismissed(candidate(0.3, { count: 1 }), { lastLook: 16 }, judgement)).toBe(false);
  });

  test('needs a better score the larger it is in its best look, up to a fifth of the picture', () => {
    const looked = { lastLook: 40 };
    expect(isDismissed(candidate(0.26, { height: 100 }), looked, judgement)).toBe(false);
    expect(isDismissed(candidate(0.24, { height: 100 }), looked, judgement)).toBe(true);
    expect(isDismissed(candidate(0.49, { height: 900 }), looked, judgement)).toBe(true);
    expect(isDismissed(candidate(0.5, { height: 900 }), looked, judgement)).toBe(false);
  });
});
