import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { veil } from '../../cli/memory-io.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { openEngine, type Engine } from '../../../src/jobs/queue/engine.ts';
import type { FileData } from '../../../src/jobs/queue/part-job.ts';
import { QueueClient } from '../../../src/jobs/queue/queue-client.ts';
import { readStatus } from '../../../src/jobs/queue/queue-status.ts';
import { parseRedisUrl } from '../../../src/jobs/queue/redis-address.ts';
import { fileJob } from '../support/file-job.ts';
import { HAS_REDIS, startRedis, type RedisServer } from '../support/redis-server.ts';

const folder = temporaryFolder();
let redis: RedisServer;
let engine: Engine;
let client: QueueClient;
beforeAll(async () => {
  if (HAS_REDIS) redis = await startRedis(folder());
});
afterAll(async () => {
  if (HAS_REDIS) await redis.stop();
});
beforeEach(async () => {
  if (!HAS_REDIS) return;
  engine = await openEngine(parseRedisUrl(redis.url, false));
  await engine.redis.flushall();
  client = new QueueClient(engine);
});
afterEach(async () => {
  if (!HAS_REDIS) return;
  await client[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const usual = { priority: 10 };

/** Completes a job as a worker does. */
async function complete(id: string): Promise<void> {
  const worker = new engine.bullmq.Worker('veil', null, { connection: engine.redis });
  const job = await worker.getNextJob('token');
  expect(job.id).toBe(id);
  await job.moveToCompleted({ outcome: 'published' }, 'token', false);
  await worker.close();
}

describe.skipIf(!HAS_REDIS)('the queue from outside (skipped: no redis-server)', () => {
  it('takes the same job once, and does what was done only where it is asked for again', async () => {
    const { id } = await client.add(fileJob(), usual);
    expect(await client.add(fileJob(), usual)).toEqual({ id, outcome: 'known' });
    await complete(id);
    expect(await client.add(fileJob(), usual)).toEqual({ id, outcome: 'done' });
    expect(await client.add(fileJob(), { ...usual, again: true })).toEqual({ id, outcome: 'added' });
    expect(await client.queue.getJobState(id)).toBe('prioritized');
  });

  it('refuses a second job for an output that another one makes, as long as it is to make it', async () => {
    const { id } = await client.add(fileJob(), usual);
    const other = fileJob({ input: 'file:/mnt/a.mov' });
    await expect(client.add(other, usual)).rejects.toMatchObject({
      ...{ code: 'OUTPUT_EXISTS', message: `file:/mnt/a.veil.mp4 is made by ${id}, which is in the queue.` },
    });
    // The reports of both jobs would be the same file.
    const beside = fileJob({ input: 'file:/mnt/a.mov', output: 'file:/mnt/a.veil.mov' });
    await expect(client.add(beside, usual)).rejects.toThrow('a.veil.report.json is made by');
    expect(await client.cancel(id)).toBe(false);
    expect((await client.add(beside, usual)).outcome).toBe('added');
    expect(
      (await client.add(fileJob({ output: 'file:/mnt/b.veil.mp4', report: 'b.json', tracks: null }), usual))
        .outcome,
    ).toBe('added');
  });

  it('names what lies beside a photo by its whole name, so that a video of that name can be added too', async () => {
    const places = ['s3://footage/a.jpg', 's3://footage/a.mp4'];
    const { code, err } = await veil(['queue', 'add', '--to', redis.url, ...places]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const jobs = (await client.queue.getJobs(['prioritized'])).map(({ data }) => (data as FileData).job);
    expect(jobs.map(({ report }) => report).sort()).toEqual(['a.jpg.veil.report.json', 'a.veil.report.json']);
  });

  it('leaves one that was begun to a worker, which tidies up, when it is cancelled', async () => {
    const { id } = await client.add(fileJob(), usual);
    const worker = new engine.bullmq.Worker('veil', null, { connection: engine.redis });
    const job = await worker.getNextJob('token');
    await job.moveToDelayed(Date.now() + 600_000, 'token');
    await worker.close();
    expect(await client.queue.getJobState(id)).toBe('delayed');
    expect(await client.cancel(id)).toBe(true);
    expect(await client.queue.getJobState(id)).toBe('prioritized');
  });

  it('tells of jobs that nobody can read', async () => {
    await client.add(fileJob(), usual);
    await client.queue.add('exec', { command: 'id' }, { jobId: 'strange' });
    await client.queue.add('file', { job: fileJob({ version: 'none' }) }, { jobId: 'other' });
    await engine.redis.hset('bull:veil:raw', { name: 'file', data: '{', opts: '{}', timestamp: '1' });
    await engine.redis.lpush('bull:veil:wait', 'raw');
    const { files, unreadable } = await readStatus(client);
    expect(files).toHaveLength(1);
    expect(unreadable.map(({ id }) => id).sort()).toEqual(['other', 'raw', 'strange']);
    const { out } = await veil(['queue', 'status', '--from', redis.url]);
    expect(out).toContain("strange  can't be read (waiting)");
  });

  it('ends and starts again those that it knows, whatever else is named', async () => {
    const { id } = await client.add(fileJob(), usual);
    const unknown = 'file-000000000000000000000000';
    const cancelled = await veil(['queue', 'cancel', '--from', redis.url, unknown, id]);
    expect(cancelled, cancelled.err).toMatchObject({ code: 1, out: `${id}  is removed\n` });
    expect(cancelled.err).toContain(`There is no job ${unknown}.`);
    expect((await veil(['queue', 'retry', '--from', redis.url, unknown])).code).toBe(1);
  });
});
