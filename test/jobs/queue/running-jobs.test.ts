import { describe, expect, it } from 'vitest';
import { RunningJobs } from '../../../src/jobs/queue/running-jobs.ts';

const one = { file: 'one', run: 0 };

describe('the jobs that a worker is at', () => {
  it('are ended one by one, by run of a file, or all, each with its reason', () => {
    const running = new RunningJobs();
    const jobs = [
      running.add('a', one),
      running.add('b', { file: 'two', run: 0 }),
      running.add('c', { file: 'two', run: 0 }),
      running.add('d', { file: 'two', run: 1 }),
    ];
    expect(running.runs.map(({ file, run }) => `${file} ${run}`)).toEqual([
      'one 0',
      'two 0',
      'two 0',
      'two 1',
    ]);
    const reasons = (): unknown[] => jobs.map(({ signal }) => signal.reason as unknown);
    running.end('a', 'lost');
    expect(reasons()).toEqual(['lost', undefined, undefined, undefined]);
    running.endRun({ file: 'two', run: 0 }, 'cancelled');
    running.endAll('stopping');
    // The first reason counts.
    expect(reasons()).toEqual(['lost', 'cancelled', 'cancelled', 'stopping']);
  });

  it('are forgotten when they are over, but not one that came back meanwhile', () => {
    const running = new RunningJobs();
    const first = running.add('a', one);
    const second = running.add('a', one);
    first.remove();
    expect(running.runs).toEqual([one]);
    running.end('a', 'lost');
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true]);
    second.remove();
    expect(running.runs).toEqual([]);
  });

  it('are ended where nobody has renewed them for too long', async () => {
    const running = new RunningJobs();
    const [old, fresh] = [running.add('old', one), running.add('fresh', one)];
    await new Promise((resolve) => setTimeout(resolve, 30));
    running.renewed(['fresh', 'unknown']);
    running.endUnheld(20);
    expect([old.signal.reason as unknown, fresh.signal.aborted]).toEqual(['lost', false]);
  });
});
