import type { Worker } from 'bullmq';
import { aborted } from '../../base/aborted.ts';
import { reasonOf } from '../../base/reason.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';
import { hostname } from 'node:os';
import { isCancelled } from './cancel.ts';
import { QUEUE, within, type Engine } from './engine.ts';
import type { WorkerSetup } from './open-job.ts';
import { processJob } from './process-job.ts';
import { RunningJobs } from './running-jobs.ts';

export interface WorkerOptions {
  readonly engine: Engine;
  readonly setup: WorkerSetup;
  /** Number of parallel jobs. */
  readonly concurrency: number;
  /** Time after which other workers take the jobs of a disconnected one, milliseconds. */
  readonly leaseMs: number;
  /** Stops the worker: its jobs go back to the queue. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Time to stop its jobs and give them back, milliseconds. Default 20 s. */
  readonly stopMs?: number;
}

/** Events of jobs, for the log. */
export type WorkerEvent =
  | { readonly kind: 'started' | 'done'; readonly id: string; readonly name: string }
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly name: string;
      readonly reason: string;
      readonly isLast: boolean;
    }
  | { readonly kind: 'stalled'; readonly id: string };

/** Time to stop jobs and give them back; others get the rest when their leases expire, milliseconds. */
const STOP = 20_000;

/** A job fails after this many workers died while working on it. */
const MOST_STALLS = 10;
/** The largest number of starts of a job, for any reason. */
const MOST_STARTS = 100;
/** Time between two checks for cancelled jobs, milliseconds. */
const CANCEL_PACE = 2_000;

/** Works on jobs until it is stopped. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { engine, setup, concurrency, leaseMs, signal, onEvent, stopMs = STOP } = options;
  const running = new RunningJobs();
  const processing = { engine, setup, running, leaseMs };
  await setup.scratch.removeStale();
  const worker = new engine.bullmq.Worker(
    QUEUE,
    (job, token = '') => {
      onEvent({ kind: 'started', id: job.id ?? '', name: job.name });
      return processJob(job, token, processing);
    },
    {
      connection: engine.redis,
      name: `${hostname()}-${process.pid}`,
      concurrency,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: MOST_STALLS,
      maxStartedAttempts: MOST_STARTS,
      autorun: false,
    },
  );
  worker.on('completed', ({ id = '', name }) => {
    onEvent({ kind: 'done', id, name });
  });
  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    const isLast = job.finishedOn !== undefined;
    onEvent({ kind: 'failed', id: job.id ?? '', name: job.name, reason: error.message, isLast });
  });
  worker.on('stalled', (id) => {
    onEvent({ kind: 'stalled', id });
  });
  worker.on('locksRenewed', ({ jobIds }) => {
    running.renewed(jobIds);
  });
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) running.end(id, 'lost');
  });
  // BullMQ reconnects to Redis by itself.
  worker.on('error', (error) => {
    setup.logger.debug(`Queue: ${withoutSecrets(reasonOf(error))}`);
  });
  const leases = setInterval(() => {
    running.endUnheld(leaseMs);
  }, leaseMs / 4);
  const cancels = watchCancels(engine, running);
  try {
    const ended = worker.run();
    await Promise.race([ended, aborted(signal)]);
  } finally {
    running.endAll('stopping');
    await closeWithin(stopMs, worker, engine);
    clearInterval(leases);
    clearInterval(cancels);
    await setup.inputs.close();
  }
}

/** Closes the worker; if Redis is unreachable, jobs can't be given back, and the connection is dropped. */
async function closeWithin(milliseconds: number, worker: Worker, { redis }: Engine): Promise<void> {
  try {
    await within(milliseconds, () => worker.close());
  } catch {
    redis.disconnect();
    await within(milliseconds, () => worker.disconnect()).catch(() => undefined);
  }
}

function watchCancels(engine: Engine, running: RunningJobs): NodeJS.Timeout {
  let isAsking = false;
  return setInterval(() => {
    if (isAsking || engine.redis.status !== 'ready') return;
    isAsking = true;
    void Promise.all(
      running.runs.map(async (run) => {
        if (await isCancelled(engine, run)) running.endRun(run, 'cancelled');
      }),
    )
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  }, CANCEL_PACE);
}
