import { describe, expect, it } from 'vitest';
import { Lease } from '../../../src/jobs/queue/lease.ts';

describe('the lease of a job', () => {
  it('is renewed with the right key, for its whole length', async () => {
    const asked: unknown[] = [];
    const holder = {
      extendLock: (token: string, milliseconds: number) => {
        asked.push([token, milliseconds]);
        return Promise.resolve(1);
      },
    };
    await new Lease(holder, 'key', 30_000).confirm();
    expect(asked).toEqual([['key', 30_000]]);
  });

  it.each([
    ['another worker has the job', () => Promise.resolve(0)],
    ['Redis says no', () => Promise.reject(new Error('no'))],
    ['nobody answers before it would have ended', () => new Promise<number>(() => undefined)],
  ])('is lost where %s', async (_, extendLock) => {
    await expect(new Lease({ extendLock }, 'key', 50).confirm()).rejects.toMatchObject({ code: 'JOB_LOST' });
  });
});
