import type { Job, Queue } from 'bullmq';
import { VeilError } from '../../errors.ts';
import { cancelFile, uncancelFile } from './cancel.ts';
import { QUEUE, type Engine } from './engine.ts';
import { parseFileJob, type FileJobText } from './file-job.ts';
import { filePriority, JOB_OPTIONS } from './priorities.ts';
import { FIRST_STATE, idOfFile, parseFileData, type FileData } from './part-job.ts';

/** What became of a job that was added. */
export interface Added {
  readonly id: string;
  /** `known`: the same job waits or is worked on already; `done`: it was done before. */
  readonly outcome: 'added' | 'known' | 'done';
}

/** The queue from outside: what people ask of it. */
export class QueueClient implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #queue: Queue;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#queue = new engine.bullmq.Queue(QUEUE, { connection: engine.redis });
    this.#queue.on('error', () => undefined);
  }

  /** For what only reads. */
  get queue(): Queue {
    return this.#queue;
  }

  /**
   * Adds the job of a file. One that is there already, or was done, is left as it is; one that failed begins anew.
   *
   * @param priority 1 (first) to 100
   * @throws VeilError JOB_INVALID
   */
  async add(job: FileJobText, priority: number): Promise<Added> {
    parseFileJob(job);
    const id = idOfFile(job);
    const known = await this.#queue.getJob(id);
    if (known !== undefined) {
      const state = await known.getState();
      if (state === 'completed') return { id, outcome: 'done' };
      if (state !== 'failed' && state !== 'unknown') return { id, outcome: 'known' };
      await known.remove({ removeChildren: true });
    }
    await uncancelFile(this.#engine, id);
    const data: FileData = { job, state: FIRST_STATE };
    await this.#queue.add('file', data, { ...JOB_OPTIONS, jobId: id, priority: filePriority(priority) });
    return { id, outcome: 'added' };
  }

  /**
   * Begins a failed job anew.
   *
   * @throws VeilError USAGE where there is no such job, or it has not failed
   */
  async retry(id: string): Promise<void> {
    const job = await this.#fileOf(id);
    if ((await job.getState()) !== 'failed') {
      throw new VeilError('USAGE', `${id} has not failed.`, { hint: 'See veil queue status.' });
    }
    const { job: text, state } = job.data as FileData;
    parseFileData(job.data);
    await uncancelFile(this.#engine, id);
    // Parts of the run that failed have other numbers; what is published stays known.
    await job.updateData({ job: text, state: { ...state, run: state.run + 1, step: 'begin', parts: 0 } });
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
  }

  /**
   * Ends a job: one that waits is removed, one that is worked on is stopped. Nothing of it is published.
   *
   * @returns whether a worker has to be waited for
   * @throws VeilError USAGE where there is no such job, or it is done
   */
  async cancel(id: string): Promise<boolean> {
    const job = await this.#fileOf(id);
    const state = await job.getState();
    if (state === 'completed') throw new VeilError('USAGE', `${id} is done.`);
    await cancelFile(this.#engine, id);
    if (state === 'active' || state === 'waiting-children') return true;
    await job.remove({ removeChildren: true });
    return false;
  }

  /** Ids of all jobs of files that have failed. */
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
