import type { Job } from 'bullmq';
import { interrupted, VeilError } from '../../errors.ts';
import type { ScratchFolder } from '../storage/scratch.ts';
import { isCancelled } from './cancel.ts';
import type { Engine } from './engine.ts';
import { isFinal, jobCancelled } from './failure.ts';
import { ProgressTeller } from './job-progress.ts';
import { Lease } from './lease.ts';
import type { WorkerSetup } from './open-job.ts';
import type { FileRun } from './part-job.ts';
import type { Attempt } from './run-file.ts';
import type { EndReason, RunningJobs } from './running-jobs.ts';

/** What job processing needs from its worker. */
export interface Processing {
  readonly engine: Engine;
  readonly setup: WorkerSetup;
  readonly running: RunningJobs;
  readonly leaseMs: number;
}

/** A job in progress, and the token of its lock. */
export interface Held {
  readonly job: Job;
  readonly token: string;
  readonly signal: AbortSignal;
}

/**
 * Begins an attempt at a job.
 *
 * @param run the run of the file to which it belongs
 * @throws VeilError JOB_CANCELLED
 */
export async function openAttempt(
  { job, token, signal }: Held,
  run: FileRun,
  scratch: ScratchFolder,
  { engine, setup, leaseMs }: Processing,
): Promise<Attempt> {
  if (await isCancelled(engine, run)) throw jobCancelled();
  const lease = new Lease(job, token, leaseMs);
  const teller = new ProgressTeller((progress) => job.updateProgress(progress));
  return {
    setup,
    scratch,
    signal,
    tell: (stage, done, total) => {
      teller.update({
        stage,
        ...(done === undefined ? {} : { done }),
        ...(total === undefined ? {} : { total }),
      });
    },
    confirm: async () => {
      // The cancellation may have come while the worker was offline.
      if (await isCancelled(engine, run)) throw jobCancelled();
      // Last, so that no wait comes between this check and the work.
      await lease.confirm();
      if (signal.aborted) throw interrupted();
    },
  };
}

/** Whether no worker will try the job again after this error. */
export function isLastAttempt({ job: { attemptsMade, opts }, signal }: Held, error: unknown): boolean {
  if (error instanceof VeilError && error.code === 'JOB_LOST') return false;
  if (signal.aborted) return signal.reason === ('cancelled' satisfies EndReason);
  return isFinal(error) || attemptsMade + 1 >= (opts.attempts ?? 1);
}
