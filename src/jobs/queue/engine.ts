import type * as Bullmq from 'bullmq';
import type * as Ioredis from 'ioredis';
import { installHint, missingPackage } from '../../base/missing-package.ts';
import { reasonOf } from '../../base/reason.ts';
import { VeilError } from '../../errors.ts';
import { addressText, type RedisAddress } from './redis-address.ts';

/** The only queue. bull-board and scalers for BullMQ look for this name and prefix. */
export const QUEUE = 'veil';

/** The engine of the queue, loaded and connected. */
export interface Engine extends AsyncDisposable {
  readonly bullmq: typeof Bullmq;
  readonly redis: Ioredis.Redis;
}

/** Time limit for the first answer, milliseconds. */
const PATIENCE = 10_000;

/**
 * Loads BullMQ and its Redis client, which are optional packages, and connects.
 *
 * @throws VeilError QUEUE_UNAVAILABLE if a package is missing, or Redis does not answer or refuses access
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
    // BullMQ's workers require unlimited retries.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 5_000),
  });
  // Each failed command reports its own error; without a listener this event would end the program.
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
    const why = said === undefined ? 'does not answer' : `refuses access (${said})`;
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

/** Rejects if the work takes longer than the given time. */
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
