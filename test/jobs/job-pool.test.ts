import { describe, expect, it } from 'vitest';
import { Deferred } from '../../src/base/deferred.ts';
import { JobPool } from '../../src/jobs/child/job-pool.ts';
import { silentLogger } from '../../src/logger.ts';
import { isRunning } from '../support/is-running.ts';
import type { TestWork } from './support/task-program.ts';

const PROGRAM = new URL('support/task-program.ts', import.meta.url);
const never = new AbortController().signal;

function openPool(most: number): JobPool<TestWork> {
  return new JobPool<TestWork>(PROGRAM, most, silentLogger);
}

describe('processes that work on tasks', () => {
  it('work side by side, are used again, and are gone in the end', async () => {
    const pool = openPool(2);
    const pids = await Promise.all([1, 2, 3, 4, 5].map(() => pool.run('say', { signal: never })));
    expect(new Set(pids).size).toBe(2);
    await pool[Symbol.asyncDispose]();
    expect(pids.map(isRunning)).toEqual(pids.map(() => false));
  });

  it('hand on events and errors, with their codes', async () => {
    await using pool = openPool(1);
    const events: string[] = [];
    const options = { signal: never, onEvent: (event: string) => void events.push(event) };
    await pool.run('say', options);
    await expect(pool.run('fail', options)).rejects.toMatchObject({
      ...{ code: 'INPUT_EMPTY', message: 'There is nothing.', hint: 'Put something there.' },
    });
    await expect(pool.run('break', options)).rejects.toThrow('something broke');
    expect(events).toEqual(['say', 'fail', 'break']);
  });

  it('are replaced where one dies, and only its task fails', async () => {
    await using pool = openPool(1);
    const [died, lived] = await Promise.allSettled([
      pool.run('die', { signal: never }),
      pool.run('say', { signal: never }),
    ]);
    expect(died).toMatchObject({ status: 'rejected', reason: { code: 'JOB_ENDED' } });
    expect(lived.status).toBe('fulfilled');
  });

  it('stop when they are told to', async () => {
    await using pool = openPool(1);
    const controller = new AbortController();
    const begun = new Deferred<undefined>();
    const running = pool.run('wait', {
      signal: controller.signal,
      onEvent: () => {
        begun.resolve(undefined);
      },
    });
    await begun.promise;
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await pool.run('say', { signal: never })).toBeGreaterThan(0);
  });

  it('are replaced where one died while it had nothing to do', async () => {
    await using pool = openPool(1);
    const first = await pool.run('say', { signal: never });
    process.kill(first, 'SIGKILL');
    await expect.poll(() => isRunning(first)).toBe(false);
    expect(await pool.run('say', { signal: never })).not.toBe(first);
  });

  it('take no task that waits when they are ended', async () => {
    const pool = openPool(1);
    const begun = new Deferred<undefined>();
    const onEvent = (): void => {
      begun.resolve(undefined);
    };
    const ends = Promise.allSettled([
      pool.run('wait', { signal: never, onEvent }),
      pool.run('say', { signal: never }),
    ]);
    await begun.promise;
    await pool[Symbol.asyncDispose]();
    expect((await ends)[1]).toMatchObject({ status: 'rejected', reason: { code: 'INTERRUPTED' } });
  });
});
