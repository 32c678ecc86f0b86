import type * as Bullmq from 'bullmq';
import type * as Ioredis from 'ioredis';
import { installHint, missingPackage } from '../../base/missing-package.ts';
import { reasonOf } from '../../base/reason.ts';
import { VeilError } from '../../errors.ts';
import { addressText, type RedisAddress } from './redis-address.ts';

/** The one queue. Its name and prefix are those that bull-board and the scalers for BullMQ look for. */
export const QUEUE = 'veil';

/** The engine of the queue, loaded and connected. */
export interface Engine extends AsyncDisposable {
  readonly bullmq: typeof Bullmq;
  readonly redis: Ioredis.Redis;
}

/** How long a first answer may take, milliseconds. */
const PATIENCE = 10_000;

/**
 * Loads BullMQ and its Redis client, which are not part of Veil's own installation, and connects.
 *
 * @throws VeilError QUEUE_UNAVAILABLE where a package is missing, or Redis does not answer or lets nobody in
 */
export async function openEngine(address: RedisAddress): Promise<Engine> {
  const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]).catch(
    (cause: unknown) => {
      if (missingPackage(cause) === null) throw cause;
      throw new VeilError('QUEUE_UNAVAILABLE', 'Queues need the packages bullmq and ioredis.', {
        hint: installHint('bullmq', 'ioredis'),
        cause,
      });
    },
  );
  const redis = new ioredis.Redis({
    ...address,
    lazyConnect: true,
    connectTimeout: PATIENCE,
    // BullMQ's workers wait on it for as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 5_000),
  });
  // Each one is told by what was asked for; none may end the program.
  redis.on('error', () => undefined);
  await connect(redis, address);
  return {
    bullmq,
    redis,
    [Symbol.asyncDispose]: () => {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

async function connect(redis: Ioredis.Redis, address: RedisAddress): Promise<void> {
  let last: unknown = 'no answer';
  const note = (error: unknown): void => {
    last = error;
  };
  redis.on('error', note);
  try {
    await within(PATIENCE, async () => {
      await redis.connect();
      await redis.ping();
    });
  } catch (cause) {
    redis.disconnect();
    const said = /WRONGPASS|NOAUTH|NOPERM/.exec(`${reasonOf(cause)} ${reasonOf(last)}`)?.[0];
    const why = said === undefined ? 'does not answer' : `lets nobody in (${said})`;
    throw new VeilError('QUEUE_UNAVAILABLE', `Redis at ${addressText(address)} ${why}.`, {
      hint:
        said === undefined
          ? 'Check that it runs and can be reached from here.'
          : 'Check user and password of its URL.',
    });
  } finally {
    redis.off('error', note);
  }
}

/** Rejects when work takes longer than so many milliseconds. */
export async function within<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
