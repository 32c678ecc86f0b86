import { describe, expect, test } from 'vitest';
import type { DetectorTraits } from '../../../src/detect/detector.ts';
import { planLiveLooks } from '../../../src/observe/live/live-look-plan.ts';

const TRAITS: DetectorTraits = {
  cost: 'light',
  nearLooks: [512],
  largestFace: Infinity,
  confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.5 },
};
const AUTO = { interval: null, sizes: null };

describe('how a live picture is looked at', () => {
  test('a light detector looks closely, and leaves the large picture out when the machine is overloaded', () => {
    expect(planLiveLooks(AUTO, TRAITS)).toMatchObject({ sizes: [1024, 512], fullCount: 2, reducedCount: 1 });
  });

  test('a heavy one looks at a single picture, and at a smaller one when the machine is overloaded', () => {
    const heavy = { ...TRAITS, cost: 'heavy', nearLooks: [256, 512] } as const;
    expect(planLiveLooks(AUTO, heavy)).toMatchObject({ sizes: [640, 384], fullCount: 1, reducedCount: 1 });
  });

  test('one that shrinks its pictures gets a small one, than which none is cheaper', () => {
    const looks = planLiveLooks(AUTO, { ...TRAITS, largestLook: 256 });
    expect(looks).toMatchObject({ sizes: [256], fullCount: 1, reducedCount: null });
  });

  test('what the config says counts', () => {
    expect(planLiveLooks({ interval: 3, sizes: [320, 960] }, TRAITS)).toMatchObject({ sizes: [960, 320] });
    expect(planLiveLooks({ interval: 3, sizes: null }, TRAITS).interval(60)).toBe(3);
    expect(planLiveLooks({ ...AUTO, sizes: [640] }, TRAITS)).toMatchObject({
      sizes: [640, 384],
      fullCount: 1,
    });
  });

  test('looks are about as often at every frame rate', () => {
    const { interval } = planLiveLooks(AUTO, TRAITS);
    expect([5, 15, 25, 30, 50, 60].map(interval)).toEqual([1, 1, 2, 2, 3, 4]);
  });
});
