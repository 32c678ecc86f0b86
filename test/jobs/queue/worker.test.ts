import { describe, expect, it } from 'vitest';
import { Deferred } from '../../../src/base/deferred.ts';
import { openEngine } from '../../../src/jobs/queue/engine.ts';
import type { WorkerSetup } from '../../../src/jobs/queue/open-job.ts';
import { QueueClient } from '../../../src/jobs/queue/queue-client.ts';
import { parseRedisUrl } from '../../../src/jobs/queue/redis-address.ts';
import { runWorker } from '../../../src/jobs/queue/worker.ts';
import { FetchedInputs } from '../../../src/jobs/storage/fetched-inputs.ts';
import { Scratch } from '../../../src/jobs/storage/scratch.ts';
import { silentLogger } from '../../../src/logger.ts';
import { fileJob } from '../support/file-job.ts';
import { HAS_REDIS, startRedis } from '../support/redis-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();

describe.skipIf(!HAS_REDIS)('a worker (skipped: no redis-server)', () => {
  it('ends when it is told to, though Redis is gone and its job can be given back to nobody', async () => {
    const redis = await startRedis(folder());
    const engine = await openEngine(parseRedisUrl(redis.url, false));
    const client = new QueueClient(engine);
    await client.add(fileJob(), { priority: 1 });
    await client[Symbol.asyncDispose]();
    const begun = new Deferred<undefined>();
    const scratch = new Scratch({ folder: folder('scratch'), quota: 1 });
    const setup = {
      scratch,
      inputs: new FetchedInputs(scratch),
      modelHash: () => {
        begun.resolve(undefined);
        return new Promise<string>((_, reject) => {
          stopping.signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        });
      },
      logger: silentLogger,
    } as unknown as WorkerSetup;
    const stopping = new AbortController();
    const ended = runWorker({
      ...{ engine, setup, concurrency: 1, leaseMs: 30_000, signal: stopping.signal, stopMs: 500 },
      onEvent: () => undefined,
    });
    await begun.promise;
    await redis.stop();
    stopping.abort();
    await expect(ended).resolves.toBeUndefined();
    await engine[Symbol.asyncDispose]();
  });
});
