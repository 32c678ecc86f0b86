import { expect, test } from 'vitest';
import { LiveStats } from '../../../src/pipeline/live/live-stats.ts';

test('frames are counted by why they were covered, most first', () => {
  const tally = new LiveStats();
  for (const cause of [null, 'panic', 'late', 'late', null] as const) tally.add(cause, 100);
  expect(tally).toMatchObject({ frames: 5, curtained: 3 });
  expect(Object.entries(tally.causes)).toEqual([
    ['late', 2],
    ['panic', 1],
  ]);
});

test('the latency of half and of nearly all frames is known, whatever is missing or absurd', () => {
  const tally = new LiveStats();
  expect(tally.latency).toBeNull();
  tally.add('no-source', null);
  expect(tally.latency).toBeNull();
  for (let frame = 1; frame <= 100; frame += 1) tally.add(null, 100 + frame);
  expect(tally.latency).toEqual({ p50: 150, p95: 195 });
  for (let frame = 0; frame < 300; frame += 1) tally.add(null, 1e9);
  expect(tally.latency!.p95).toBe(10_000);
});
