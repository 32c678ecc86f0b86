import type { Job } from 'bullmq';
import { interrupted, VeilError } from '../../errors.ts';
import type { Destination } from '../storage/destination.ts';
import { isCancelled } from './cancel.ts';
import type { Engine } from './engine.ts';
import { failureText, isFinal } from './failure.ts';
import { ProgressTeller } from './job-progress.ts';
import { jobLost, Lease } from './lease.ts';
import { checkWorker, openDestination, type WorkerSetup } from './open-job.ts';
import { parseFileData, parseFileId, type FileData, type FileState } from './part-job.ts';
import { runWholeFile, type Attempt, type FileOutcome } from './run-file.ts';
import type { EndReason, RunningJobs } from './running-jobs.ts';

/** What the processing of jobs needs of its worker. */
export interface Processing {
  readonly engine: Engine;
  readonly setup: WorkerSetup;
  readonly running: RunningJobs;
  readonly leaseMs: number;
}

/**
 * Works on one job of the queue, whatever it holds.
 *
 * @throws the engine's errors, by which it decides what becomes of the job
 */
export async function processJob(job: Job, token: string, processing: Processing): Promise<unknown> {
  const { bullmq } = processing.engine;
  const id = job.id ?? '';
  let run: ReturnType<RunningJobs['add']> | undefined;
  try {
    run = processing.running.add(id, id);
    return await processFile(job as Job<FileData>, token, run.signal, processing);
  } catch (error) {
    const reason = run?.signal.reason as EndReason | undefined;
    if (reason === 'stopping') {
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    }
    const shown = reason === 'lost' ? jobLost() : reason === 'cancelled' ? cancelled() : error;
    processing.setup.logger.debug(`${id}: ${failureText(error)}`);
    const text = failureText(shown);
    throw isFinal(shown) ? new bullmq.UnrecoverableError(text) : new Error(text);
  } finally {
    run?.remove();
  }
}

async function processFile(
  job: Job<FileData>,
  token: string,
  signal: AbortSignal,
  { engine, setup, leaseMs }: Processing,
): Promise<FileOutcome> {
  const id = parseFileId(job.id);
  if (await isCancelled(engine, id)) throw cancelled();
  const { job: file, state } = parseFileData(job.data);
  await checkWorker(file, setup);
  const keeper = new StateKeeper(job, state);
  await using scratch = await setup.scratch.open();
  const lease = new Lease(job, token, leaseMs);
  const teller = new ProgressTeller((progress) => job.updateProgress(progress));
  const attempt: Attempt = {
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
      if (signal.aborted) throw interrupted();
      await lease.confirm();
    },
  };
  const destination = await openDestination(file, id, setup, {
    scratch,
    signal,
    upload: { open: state.upload, remember: (upload) => keeper.change({ upload }) },
  });
  try {
    if (await isPublished(destination, state))
      return { outcome: file.stopsForReview ? 'review' : 'published' };
    await destination.check();
    const remember = (sha256: string): Promise<void> =>
      keeper.change({ published: [...keeper.state.published, sha256].slice(-MOST_HASHES) });
    return await runWholeFile(file, { destination, remember }, attempt);
  } catch (error) {
    if (isLastAttempt(job, error, signal)) await destination.workplace.remove().catch(() => undefined);
    throw error;
  }
}

/** As many attempts are remembered. */
const MOST_HASHES = 50;

/** Whether an earlier attempt got so far that the results are there, or about to be. */
async function isPublished(destination: Destination, { published }: FileState): Promise<boolean> {
  if (await destination.recover()) return true;
  if (published.length === 0) return false;
  const hash = await destination.hash();
  return hash !== null && published.includes(hash);
}

function isLastAttempt({ attemptsMade, opts }: Job, error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return signal.reason === ('cancelled' satisfies EndReason);
  return isFinal(error) || attemptsMade + 1 >= (opts.attempts ?? 1);
}

/** Keeps how far a file is, with its job. */
class StateKeeper {
  readonly #job: Job<FileData>;
  state: FileState;

  constructor(job: Job<FileData>, state: FileState) {
    this.#job = job;
    this.state = state;
  }

  async change(changes: Partial<FileState>): Promise<void> {
    this.state = { ...this.state, ...changes };
    await this.#job.updateData({ job: this.#job.data.job, state: this.state });
  }
}

function cancelled(): VeilError {
  return new VeilError('JOB_CANCELLED', 'The job was cancelled.', {
    hint: 'Add it again if it is wanted after all.',
  });
}
