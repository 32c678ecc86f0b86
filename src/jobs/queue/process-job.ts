import type { Job } from 'bullmq';
import { VeilError } from '../../errors.ts';
import type { Processing } from './attempt.ts';
import { failureText, isFinal, jobCancelled } from './failure.ts';
import { jobLost } from './lease.ts';
import {
  PART_STEPS,
  parseFileData,
  parseFileId,
  parsePartData,
  type FileData,
  type FileRun,
} from './part-job.ts';
import { processFile } from './process-file.ts';
import { processPart } from './process-part.ts';
import type { EndReason, RunningJobs } from './running-jobs.ts';

/**
 * Works on one job of the queue, of any kind.
 *
 * @throws BullMQ's errors, by which it decides what happens to the job
 */
export async function processJob(job: Job, token: string, processing: Processing): Promise<unknown> {
  const { bullmq } = processing.engine;
  const id = job.id ?? '';
  let run: ReturnType<RunningJobs['add']> | undefined;
  try {
    run = processing.running.add(id, runOf(job));
    return await work(job, token, run.signal, processing);
  } catch (error) {
    if (error instanceof bullmq.WaitingChildrenError) throw error;
    const reason = run?.signal.reason as EndReason | undefined;
    if (reason === 'stopping') {
      await job.moveToWait(token);
      throw new bullmq.WaitingError();
    }
    const shown = reason === 'lost' ? jobLost() : reason === 'cancelled' ? jobCancelled() : error;
    processing.setup.logger.debug(`${id}: ${failureText(error)}`);
    const text = failureText(shown);
    throw isFinal(shown) ? new bullmq.UnrecoverableError(text) : new Error(text);
  } finally {
    run?.remove();
  }
}

function work(job: Job, token: string, signal: AbortSignal, processing: Processing): Promise<unknown> {
  if (job.name === 'file') return processFile({ job: job as Job<FileData>, token, signal }, processing);
  const step = PART_STEPS.find((name) => name === job.name);
  if (step !== undefined) return processPart({ job, token, signal }, step, processing);
  throw new VeilError('JOB_INVALID', 'The job is not valid: its step is unknown.', {
    hint: 'Check who can reach Redis.',
  });
}

/** The run of a file to which a job belongs. */
function runOf(job: Job): FileRun {
  if (job.name !== 'file') return parsePartData(job.data);
  return { file: parseFileId(job.id), run: parseFileData(job.data).state.run };
}
