import type { Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine, QUEUE, type Engine } from '../../../src/jobs/queue/engine.ts';
import { modelHash } from '../../../src/jobs/queue/model-hash.ts';
import { FIRST_STATE, idOfFile } from '../../../src/jobs/queue/part-job.ts';
import { parseRedisUrl } from '../../../src/jobs/queue/redis-address.ts';
import { veil } from '../../cli/memory-io.ts';
import { fileJob } from '../../jobs/support/file-job.ts';
import { openStand, type QueueStand } from '../../jobs/support/queue-stand.ts';
import { HAS_REDIS } from '../../jobs/support/redis-server.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';

let stand: QueueStand;
let engine: Engine;
beforeEach(async () => {
  if (!HAS_REDIS) return;
  stand = await openStand('a-secret-password');
  engine = await openEngine(parseRedisUrl(stand.redis.url, false));
});
afterEach(async () => {
  if (!HAS_REDIS) return;
  await engine[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

function openQueue(): Queue {
  return new engine.bullmq.Queue(QUEUE, { connection: engine.redis });
}

/** Waits for the end of a job that was put into Redis without Veil. */
async function endOf(queue: Queue, id: string): Promise<string> {
  for (;;) {
    const job = await queue.getJob(id);
    if (job?.finishedOn !== undefined) return job.failedReason;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe.skipIf(!HAS_REDIS)('a queue that others can write to (skipped: no redis-server)', () => {
  it('makes a worker refuse invalid jobs and continue with valid ones', async () => {
    const queue = openQueue();
    const hostile: readonly [name: string, data: unknown][] = [
      ['file', null],
      ['file', 'rm -rf /'],
      ['file', { job: { ...fileJob(), input: 'file:/etc/passwd/../shadow' }, state: FIRST_STATE }],
      ['file', { job: fileJob({ settings: { detector: '/tmp/evil.onnx' } }), state: FIRST_STATE }],
      ['file', { job: fileJob(), state: { ...FIRST_STATE, published: ['../../x'] } }],
      ['detect', { job: fileJob(), file: '../../etc', run: 0, part: 0 }],
      ['__proto__', {}],
      ['exec', { command: 'id' }],
      ['file', { job: fileJob(), state: FIRST_STATE, padding: 'x'.repeat(1_000_000) }],
    ];
    const worker = stand.worker();
    for (const [number, [name, data]] of hostile.entries()) {
      const id = `file-${String(number).padStart(24, '0')}`;
      await queue.add(name, data, { jobId: id });
      const reason = await endOf(queue, id);
      expect(reason, JSON.stringify([data]).slice(0, 200)).toContain('JOB_INVALID');
      expect(reason.length).toBeLessThan(1200);
    }
    // Not even JSON: written without the engine.
    await engine.redis.hset(`bull:${QUEUE}:raw`, { name: 'file', data: '{', opts: '{}', timestamp: '1' });
    await engine.redis.lpush(`bull:${QUEUE}:wait`, 'raw');
    const { ffmpeg } = await findBinaries();
    await makePhotoClip(ffmpeg.path, stand.at('a.mp4'), { seconds: 1, size: '320:180' });
    const options = ['--effort', 'fast', '--parts', 'off', '--findings', 'tell'];
    await stand.queue('add', ...options, stand.at('a.mp4'));
    for (;;) {
      const { files } = await stand.status();
      if (files.some(({ name, status }) => name === 'a.mp4' && status === 'done')) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(worker.said()).not.toContain('a-secret-password');
  });

  it('never mixes the work of workers that differ', async () => {
    const queue = openQueue();
    const other = fileJob({ version: '99.0.0', model: await modelHash('crowd') });
    const model = fileJob({ model: 'f'.repeat(64) });
    stand.worker();
    for (const job of [other, model]) {
      await queue.add('file', { job, state: FIRST_STATE }, { jobId: idOfFile(job) });
      expect(await endOf(queue, idOfFile(job))).toContain('WORKER_DIFFERS');
    }
  });

  it('is not entered without its password, which no message holds', async () => {
    const wrong = stand.redis.url.replace('a-secret-password', 'another-secret');
    for (const url of [wrong, stand.redis.url.replace(':a-secret-password@', '')]) {
      const { code, out, err } = await veil(['queue', 'status', '--from', url]);
      expect(code).toBe(1);
      expect(err).toMatch(/QUEUE_UNAVAILABLE/);
      expect(out + err).not.toContain('secret');
    }
    expect((await veil(['queue', 'status', '--from', stand.redis.url])).code).toBe(0);
    const fromEnv = await veil(['queue', 'status'], { env: { VEIL_REDIS_URL: stand.redis.url } });
    expect(fromEnv.code).toBe(0);
  });
});
