import { describe, expect, it } from 'vitest';
import { BatchProgress } from '../../src/cli/report/batch-progress.ts';
import type { Progress } from '../../src/pipeline/file/run-record.ts';

function progress(stage: Progress['stage'], secondsDone: number): Progress {
  return {
    ...{ stage, secondsDone, secondsTotal: 10, framesDone: 1, framesTotal: null },
    ...{ facesNow: 0, tracks: 0, elapsed: 1 },
  };
}

describe('the progress of a batch', () => {
  it('takes the time left from the bytes that are done, and counts no input that took no work', () => {
    const clock = { now: 0 };
    const sizes = new Map([
      ['done', 1000],
      ['a', 100],
      ['b', 300],
    ]);
    const batch = new BatchProgress({ sizes, problems: 1 }, () => clock.now);
    expect(batch.total).toBe(4);
    batch.end('done', false);
    batch.start('a');
    expect(batch.secondsLeft).toBeNull();
    clock.now = 5000;
    batch.progress('a', progress('covering', 5));
    expect(batch.secondsLeft).toBe(35);
    batch.end('a', true);
    clock.now = 10_000;
    expect(batch.secondsLeft).toBe(30);
    expect(batch.ended).toBe(2);
  });

  it('takes the first of two readings for half of the work', () => {
    const clock = { now: 0 };
    const batch = new BatchProgress({ sizes: new Map([['a', 100]]), problems: 0 }, () => clock.now);
    batch.start('a');
    clock.now = 10_000;
    batch.progress('a', progress('finding', 10));
    expect(batch.secondsLeft).toBe(10);
    clock.now = 15_000;
    batch.progress('a', progress('covering', 5));
    expect(batch.secondsLeft).toBe(5);
  });
});
