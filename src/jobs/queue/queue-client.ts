import type { Job, Queue } from 'bullmq';
import { VeilError } from '../../errors.ts';
import { cancelRun, uncancelFile } from './cancel.ts';
import { Claims } from './claims.ts';
import { QUEUE, type Engine } from './engine.ts';
import { parseFileJob, type FileJobText } from './file-job.ts';
import { filePriority, JOB_OPTIONS } from './priorities.ts';
import { FIRST_STATE, idOfFile, LAST_RUN, parseFileData, type FileData } from './part-job.ts';

/** Result of adding a job. */
export interface Added {
  readonly id: string;
  /** `known`: the same job is waiting or in progress; `done`: it was done before, and `again` is not set. */
  readonly outcome: 'added' | 'known' | 'done';
}

export interface AddOptions {
  /** 1 (first) to 100. */
  readonly priority: number;
  /** Repeat a job that is done. Default false. */
  readonly again?: boolean;
}

/** States of ended jobs. */
const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/** The queue from the user's side. */
export class QueueClient implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #queue: Queue;
  readonly #claims: Claims;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#claims = new Claims(engine, async (id) => ENDED.has(await this.#queue.getJobState(id)));
    this.#queue = new engine.bullmq.Queue(QUEUE, { connection: engine.redis });
    this.#queue.on('error', () => undefined);
  }

  /** For reading only. */
  get queue(): Queue {
    return this.#queue;
  }

  /**
   * Adds the job of a file. Leaves it alone if it is queued, or done and `again` is not set; restarts it if it has
   * failed.
   *
   * @throws VeilError JOB_INVALID, OUTPUT_EXISTS if another job makes one of its files
   */
  async add(job: FileJobText, { priority, again = false }: AddOptions): Promise<Added> {
    const parsed = parseFileJob(job);
    const id = idOfFile(job);
    const known = await this.#queue.getJob(id);
    if (known !== undefined) {
      const state = await known.getState();
      if (state === 'completed' && !again) return { id, outcome: 'done' };
      if (!ENDED.has(state)) return { id, outcome: 'known' };
    }
    const claim = await this.#claims.take(parsed, id);
    if (claim !== null) {
      throw new VeilError(
        'OUTPUT_EXISTS',
        `${claim.place} is made by ${claim.holder}, which is in the queue.`,
        {
          hint: 'Wait for it, cancel it with veil queue cancel, or choose another name with -o.',
        },
      );
    }
    await known?.remove({ removeChildren: true });
    await uncancelFile(this.#engine, id);
    const data: FileData = { job, state: FIRST_STATE };
    await this.#queue.add('file', data, { ...JOB_OPTIONS, jobId: id, priority: filePriority(priority) });
    return { id, outcome: 'added' };
  }

  /**
   * Restarts a failed job.
   *
   * @throws VeilError USAGE if there is no such job, or it has not failed
   */
  async retry(id: string): Promise<void> {
    const job = await this.#fileOf(id);
    if ((await job.getState()) !== 'failed') {
      throw new VeilError('USAGE', `${id} has not failed.`, { hint: 'See veil queue status.' });
    }
    const { job: text, state } = job.data as FileData;
    parseFileData(job.data);
    // A new run number separates the parts of the failed run, which stays cancelled if it was; checksums of published
    // outputs stay.
    await job.updateData({ job: text, state: { ...state, run: state.run + 1, step: 'begin', parts: 0 } });
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
  }

  /**
   * Cancels a job: removes a waiting one, stops one in progress. If the job was begun and waits, a worker cleans it up.
   * Nothing of it is published.
   *
   * @returns whether a worker has to clean up first
   * @throws VeilError USAGE if there is no such job, or it is done
   */
  async cancel(id: string): Promise<boolean> {
    const job = await this.#fileOf(id);
    const state = await job.getState();
    if (state === 'completed') throw new VeilError('USAGE', `${id} is done.`);
    await cancelRun(this.#engine, { file: id, run: runOf(job) });
    if (state === 'active' || state === 'waiting-children') return true;
    if (state !== 'failed' && job.attemptsStarted > 0) {
      if (state === 'delayed') await job.promote();
      return true;
    }
    await job.remove({ removeChildren: true });
    return false;
  }

  /** Ids of all failed file jobs. */
  async failed(): Promise<string[]> {
    const jobs = (await this.#queue.getJobs(['failed'])) as (Job | undefined)[];
    return jobs.flatMap((job) => (job?.name === 'file' && job.id !== undefined ? [job.id] : []));
  }

  async #fileOf(id: string): Promise<Job> {
    const job = /^file-[0-9a-f]{24}$/.test(id) ? await this.#queue.getJob(id) : undefined;
    if (job !== undefined) return job;
    throw new VeilError('USAGE', `There is no job ${id}.`, { hint: 'veil queue status lists them.' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.close();
  }
}

/** The run that a file's job is at; the last possible one for unreadable data. */
function runOf({ data }: Job): number {
  try {
    return parseFileData(data).state.run;
  } catch {
    return LAST_RUN;
  }
}
