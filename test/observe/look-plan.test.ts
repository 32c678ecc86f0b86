import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/load.ts';
import { planLooks, planStill } from '../../src/observe/look-plan.ts';

const video = { width: 1920, height: 1080, frameRate: { num: 30, den: 1 } };
const plan = (config: Parameters<typeof resolveConfig>[0], cost: 'light' | 'heavy' = 'light', of = video) =>
  planLooks(resolveConfig(config), { cost, nearLooks: [512] }, of);

describe('how a video is looked at', () => {
  test('more effort looks more often and more closely', () => {
    const [fast, balanced, thorough] = (['fast', 'balanced', 'thorough'] as const).map((effort) =>
      plan({ effort }),
    );
    expect([fast!.interval, balanced!.interval, thorough!.interval]).toEqual([6, 3, 1]);
    expect([fast!.sizes, balanced!.sizes, thorough!.sizes]).toEqual([
      [512, 1024],
      [512, 1280],
      [512, 1920],
    ]);
  });

  test('only the most effort looks through a whole video first', () => {
    expect(plan({}).isWhole).toBe(false);
    expect(plan({ effort: 'thorough' }).isWhole).toBe(true);
  });

  test('a heavy detector takes fewer extra looks', () => {
    expect(plan({}, 'heavy').extraPerPass).toBeLessThan(plan({}).extraPerPass);
  });

  test('the time between two looks is what counts, not the frames', () => {
    expect(plan({}, 'light', { ...video, frameRate: { num: 60, den: 1 } }).interval).toBe(6);
    expect(plan({}, 'light', { ...video, frameRate: { num: 5, den: 1 } }).interval).toBe(1);
  });

  test('a frame rate that no camera has leaves looks within two seconds of thirty frames', () => {
    expect(plan({}, 'light', { ...video, frameRate: { num: 1_000_000, den: 1 } }).interval).toBe(60);
  });

  test('a small video is enlarged, a huge one is not looked at whole', () => {
    expect(plan({}, 'light', { ...video, width: 640, height: 360 }).sizes).toEqual([512, 1024]);
    expect(plan({}, 'light', { ...video, width: 7680, height: 4320 }).sizes).toEqual([512, 1536]);
  });

  test('what the config says counts', () => {
    const look = { interval: 2, sizes: [640] };
    expect(plan({ effort: 'thorough', look })).toEqual({
      ...look,
      ...{ stride: 1, extraPerPass: 0, isWhole: true },
    });
  });
});

test('a still gets one close look besides the sizes that are asked for', () => {
  expect(planStill({ sizes: null })).toMatchObject({ interval: 1, stride: 1, sizes: [512, 1024, 2048] });
  expect(planStill({ sizes: [640] }).sizes).toEqual([640, 2048]);
});
