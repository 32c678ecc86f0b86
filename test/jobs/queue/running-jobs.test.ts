import { describe, expect, it } from 'vitest';
import { RunningJobs } from '../../../src/jobs/queue/running-jobs.ts';

describe('the jobs that a worker is at', () => {
  it('are ended one by one, by file, or all, each with its reason', () => {
    const running = new RunningJobs();
    const [a, b, c] = [running.add('a', 'one'), running.add('b', 'two'), running.add('c', 'two')];
    expect(running.files).toEqual(['one', 'two']);
    running.end('a', 'lost');
    expect([a, b, c].map(({ signal }) => signal.reason as unknown)).toEqual(['lost', undefined, undefined]);
    running.endFile('two', 'cancelled');
    running.endAll('stopping');
    // The first reason counts.
    expect([a, b, c].map(({ signal }) => signal.reason as unknown)).toEqual([
      'lost',
      'cancelled',
      'cancelled',
    ]);
  });

  it('are forgotten when they are over, but not one that came back meanwhile', () => {
    const running = new RunningJobs();
    const first = running.add('a', 'one');
    const second = running.add('a', 'one');
    first.remove();
    expect(running.files).toEqual(['one']);
    running.end('a', 'lost');
    expect([first.signal.aborted, second.signal.aborted]).toEqual([false, true]);
    second.remove();
    expect(running.files).toEqual([]);
  });

  it('are ended where nobody has renewed them for too long', async () => {
    const running = new RunningJobs();
    const [old, fresh] = [running.add('old', 'one'), running.add('fresh', 'two')];
    await new Promise((resolve) => setTimeout(resolve, 30));
    running.renewed(['fresh', 'unknown']);
    running.endUnheld(20);
    expect([old.signal.reason as unknown, fresh.signal.aborted]).toEqual(['lost', false]);
  });
});
