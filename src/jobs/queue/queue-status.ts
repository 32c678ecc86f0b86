import type { Job, JobType, Queue } from 'bullmq';
import { locationText, nameOf } from '../storage/location.ts';
import { progressSchema, type JobProgress } from './job-progress.ts';
import { parseFileData, parsePartData } from './part-job.ts';
import type { QueueClient } from './queue-client.ts';

/** What a job is at, in the words of the engine. */
export type FileStatus = 'waiting' | 'active' | 'parts' | 'delayed' | 'done' | 'failed';

/** One file of the queue. */
export interface QueuedFile {
  readonly id: string;
  readonly status: FileStatus;
  readonly input: string;
  readonly output: string;
  /** The last part of its input, for lists. */
  readonly name: string;
  readonly progress: JobProgress | null;
  /** Of the parts of the present step; null: it is worked on as a whole, or has not begun. */
  readonly parts: readonly QueuedPart[];
  readonly partsTotal: number;
  readonly step: string;
  readonly worker: string | null;
  readonly attempts: number;
  readonly reason: string | null;
  /** As the job ended. */
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly finishedAt: number | null;
}

/** A part that is worked on, waits, or has failed. */
export interface QueuedPart {
  readonly part: number;
  readonly step: string;
  readonly status: FileStatus;
  readonly worker: string | null;
  readonly progress: JobProgress | null;
  readonly reason: string | null;
}

/** The queue at one moment. */
export interface QueueStatus {
  readonly counts: Readonly<Record<string, number>>;
  readonly workers: readonly { readonly name: string; readonly idleSeconds: number }[];
  readonly files: readonly QueuedFile[];
}

const STATES: Readonly<Partial<Record<JobType, FileStatus>>> = {
  active: 'active',
  'waiting-children': 'parts',
  wait: 'waiting',
  prioritized: 'waiting',
  delayed: 'delayed',
  failed: 'failed',
  completed: 'done',
};

/** Jobs of one state that are listed. */
const MOST_LISTED = 500;

/** Reads the queue. What it holds may be hostile: whatever does not fit is left out or cut. */
export async function readStatus({ queue }: QueueClient): Promise<QueueStatus> {
  const types = Object.keys(STATES) as JobType[];
  const [counts, workers, ...lists] = await Promise.all([
    queue.getJobCounts(...types),
    queue.getWorkers().catch(() => []),
    ...types.map(async (type) => ({ type, jobs: await jobsOf(queue, type) })),
  ]);
  const jobs = lists.flatMap(({ type, jobs: found }) => found.map((job) => ({ job, status: STATES[type]! })));
  const parts = partsByFile(jobs);
  const files = jobs.flatMap(({ job, status }) => {
    const file = job.name === 'file' ? fileOf(job, status, parts.get(job.id ?? '') ?? []) : null;
    return file === null ? [] : [file];
  });
  return {
    counts,
    workers: workers.map((worker) => ({
      name: text(worker['rawname'] ?? worker['name']),
      idleSeconds: Number(worker['idle'] ?? 0),
    })),
    files: files.sort((a, b) => a.addedAt - b.addedAt || a.name.localeCompare(b.name)),
  };
}

/** One by one: a job that cannot be read, or was removed in between, must not hide the others. */
async function jobsOf(queue: Queue, type: JobType): Promise<Job[]> {
  const ids = await queue.getRanges([type], 0, MOST_LISTED - 1);
  const jobs = await Promise.all(ids.map((id) => queue.getJob(id).catch(() => undefined)));
  return jobs.filter((job) => job !== undefined);
}

interface Found {
  readonly job: Job;
  readonly status: FileStatus;
}

function partsByFile(jobs: readonly Found[]): ReadonlyMap<string, readonly (QueuedPart & { run: number })[]> {
  const parts = new Map<string, (QueuedPart & { run: number })[]>();
  for (const { job, status } of jobs) {
    if (job.name === 'file') continue;
    try {
      const { file, part, run } = parsePartData(job.data);
      const list = parts.get(file) ?? [];
      list.push({ part, run, step: text(job.name), status, ...common(job) });
      parts.set(file, list);
    } catch {
      continue;
    }
  }
  return parts;
}

function fileOf(
  job: Job,
  status: FileStatus,
  parts: readonly (QueuedPart & { run: number })[],
): QueuedFile | null {
  try {
    const { job: file, state } = parseFileData(job.data);
    const step = { begin: 'whole', link: 'detect', join: 'render' }[state.step];
    return {
      id: text(job.id ?? ''),
      status,
      input: locationText(file.input),
      output: locationText(file.output),
      name: nameOf(file.input),
      parts: parts
        .filter((part) => part.run === state.run && part.step === step)
        .map(({ part, step: at, status: how, worker, progress, reason }) => ({
          ...{ part, step: at, status: how, worker, progress, reason },
        }))
        .sort((a, b) => a.part - b.part),
      partsTotal: state.parts,
      step,
      attempts: job.attemptsMade,
      result:
        typeof job.returnvalue === 'object' ? (job.returnvalue as Record<string, unknown> | null) : null,
      addedAt: job.timestamp,
      finishedAt: job.finishedOn ?? null,
      ...common(job),
    };
  } catch {
    return null;
  }
}

function common({
  processedBy,
  progress,
  failedReason,
}: Job): Pick<QueuedPart, 'worker' | 'progress' | 'reason'> {
  return {
    worker: processedBy === undefined ? null : text(processedBy),
    progress: progressSchema.safeParse(progress).data ?? null,
    reason: (failedReason as string | undefined) === undefined ? null : text(failedReason),
  };
}

function text(value: unknown): string {
  return String(value).slice(0, 2000);
}
