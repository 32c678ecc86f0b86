import { z } from 'zod';
import type { Job, JobType, Queue } from 'bullmq';
import { locationText, nameOf } from '../storage/location.ts';
import { progressSchema, type JobProgress } from './job-progress.ts';
import { parseFileData, parsePartData } from './part-job.ts';
import type { QueueClient } from './queue-client.ts';

/** Status of a job, derived from its state in BullMQ. */
export type FileStatus = 'waiting' | 'active' | 'parts' | 'delayed' | 'done' | 'failed';

/** Result of a job. Not trusted: any client of Redis can have written it. */
const resultSchema = z.object({
  outcome: z.enum(['published', 'review']),
  frames: z.number().optional(),
  seconds: z.number().optional(),
  tracks: z.number().optional(),
  risk: z.number().optional(),
  audit: z
    .object({
      findings: z.number(),
      risk: z.number(),
      places: z
        .array(
          z.object({
            from: z.number(),
            to: z.number(),
            box: z.array(z.number()).length(4),
            score: z.number(),
          }),
        )
        .max(100),
    })
    .optional(),
  needsReview: z.boolean().optional(),
});

type QueuedResult = z.output<typeof resultSchema>;

/** One file of the queue. */
export interface QueuedFile {
  readonly id: string;
  readonly status: FileStatus;
  readonly input: string;
  readonly output: string;
  /** The last part of its input, for lists. */
  readonly name: string;
  readonly progress: JobProgress | null;
  /** Parts of the current step; null: as a whole, or not begun. */
  readonly parts: readonly QueuedPart[];
  readonly partsTotal: number;
  readonly step: string;
  readonly worker: string | null;
  readonly attempts: number;
  readonly reason: string | null;
  /** Result of the job. */
  readonly result: QueuedResult | null;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly finishedAt: number | null;
}

/** A part that is in progress, waiting or failed. */
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
  /** Jobs that can't be parsed: of another version, or written by another program. */
  readonly unreadable: readonly UnreadableJob[];
}

/** A job of which only the status is known. */
export interface UnreadableJob {
  readonly id: string;
  readonly status: FileStatus;
  readonly reason: string | null;
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

/** Limit of listed jobs per state. */
const MOST_LISTED = 500;

/** Reads the queue. Its content may be hostile: invalid data is left out or cut. */
export async function readStatus({ queue }: QueueClient): Promise<QueueStatus> {
  const types = Object.keys(STATES) as JobType[];
  const [counts, workers, ...lists] = await Promise.all([
    queue.getJobCounts(...types),
    queue.getWorkers().catch(() => []),
    ...types.map(async (type) => ({ type, jobs: await jobsOf(queue, type) })),
  ]);
  const unreadable: UnreadableJob[] = [];
  const jobs = lists.flatMap(({ type, jobs: found }) =>
    found.flatMap(({ id, job }) => {
      const status = STATES[type]!;
      if (job !== undefined && isReadable(job)) return [{ job, status }];
      const reason = job === undefined ? null : common(job).reason;
      unreadable.push({ id: text(id), status, reason });
      return [];
    }),
  );
  const parts = partsByFile(jobs);
  const files = jobs.flatMap(({ job, status }) => {
    const file = job.name === 'file' ? fileOf(job, status, parts.get(job.id ?? '') ?? []) : null;
    return file === null ? [] : [file];
  });
  return {
    counts,
    workers: workers.map((worker) => ({
      // Redis lists a client as queue name and worker name.
      name: text(worker['rawname'] ?? worker['name']).replace(/^.*:w:/, ''),
      idleSeconds: Number(worker['idle'] ?? 0),
    })),
    files: files.sort((a, b) => a.addedAt - b.addedAt || a.name.localeCompare(b.name)),
    unreadable,
  };
}

/** Reads jobs one by one: an unreadable job must not hide the others; a job removed meanwhile is left out. */
async function jobsOf(
  queue: Queue,
  type: JobType,
): Promise<readonly { readonly id: string; readonly job: Job | undefined }[]> {
  const ids = await queue.getRanges([type], 0, MOST_LISTED - 1);
  const jobs = await Promise.all(
    ids.map(async (id) => {
      const job = await queue.getJob(id).catch(() => 'unreadable' as const);
      if (job === undefined) return [];
      return [{ id, job: job === 'unreadable' ? undefined : job }];
    }),
  );
  return jobs.flat();
}

function isReadable(job: Job): boolean {
  try {
    if (job.name === 'file') parseFileData(job.data);
    else parsePartData(job.data);
    return true;
  } catch {
    return false;
  }
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
    const step = ({ begin: 'whole', link: 'detect', join: 'render', whole: 'whole' } as const)[state.step];
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
      result: resultSchema.safeParse(job.returnvalue).data ?? null,
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
