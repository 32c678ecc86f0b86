import { reasonOf } from '../../base/reason.ts';
import { withoutSecrets } from '../../ffmpeg/secrets.ts';
import { hostname } from 'node:os';
import { isCancelled } from './cancel.ts';
import { QUEUE, type Engine } from './engine.ts';
import type { WorkerSetup } from './open-job.ts';
import { processJob } from './process-job.ts';
import { RunningJobs } from './running-jobs.ts';

export interface WorkerOptions {
  readonly engine: Engine;
  readonly setup: WorkerSetup;
  /** Jobs at once. */
  readonly concurrency: number;
  /** Time after which the jobs of a worker that is not heard go to others, milliseconds. */
  readonly leaseMs: number;
  /** Ends the worker: what it is at goes back to the queue. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** What becomes of jobs, for the log. */
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

/** How often a worker may die at one job before the job is given up. */
const MOST_STALLS = 10;
/** The most starts of a job, for whatever reason. */
const MOST_STARTS = 100;
/** Time between two questions whether a job was cancelled, milliseconds. */
const CANCEL_PACE = 2_000;

/** Works on jobs until it is stopped. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { engine, setup, concurrency, leaseMs, signal, onEvent } = options;
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
  // Redis that is gone comes back; BullMQ goes on trying.
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
    await worker.close();
    clearInterval(leases);
    clearInterval(cancels);
  }
}

function watchCancels(engine: Engine, running: RunningJobs): NodeJS.Timeout {
  let isAsking = false;
  return setInterval(() => {
    if (isAsking || engine.redis.status !== 'ready') return;
    isAsking = true;
    void Promise.all(
      running.files.map(async (file) => {
        if (await isCancelled(engine, file)) running.endFile(file, 'cancelled');
      }),
    )
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  }, CANCEL_PACE);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
