import { z } from 'zod';
import { sha256OfText } from '../../base/sha256.ts';
import { fileJobSchema, parseWith, type FileJob, type FileJobText } from './file-job.ts';

/** State of a file: the step that its job does next. */
export const FILE_STEPS = ['begin', 'link', 'join', 'whole'] as const;

/** Work on a part of a file. */
export const PART_STEPS = ['detect', 'render'] as const;
export type PartStep = (typeof PART_STEPS)[number];

/** The largest number of parts of one file. */
export const MOST_PARTS = 10_000;

/** The largest number of a run. */
export const LAST_RUN = 100_000;

const runNumber = z.int().min(0).max(LAST_RUN);
const fileId = z.string().regex(/^file-[0-9a-f]{24}$/);

/** Data of a file job in the queue: the job, and its state. */
const fileDataSchema = z.strictObject({
  job: fileJobSchema,
  state: z.strictObject({
    /** Number of restarts, which separates parts of an earlier run from those of this one. */
    run: runNumber,
    step: z.enum(FILE_STEPS),
    parts: z.int().min(0).max(MOST_PARTS),
    /** Unfinished upload of the output in S3-type storage. */
    upload: z.string().min(1).max(1024).nullable(),
    /** Checksums of outputs about to be published: a file with one of them was made by this job. */
    published: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(50),
  }),
});

/** Data of a part job in the queue. */
const partDataSchema = z.strictObject({
  job: fileJobSchema,
  file: fileId,
  run: runNumber,
  part: z
    .int()
    .min(0)
    .max(MOST_PARTS - 1),
});

/** One run of the work on a file: it starts with 0, and each restart adds one. */
export interface FileRun {
  /** Id of the file. */
  readonly file: string;
  readonly run: number;
}

/** Data of a file job, not parsed. */
export interface FileData {
  readonly job: FileJobText;
  readonly state: FileState;
}

/** State of the work on a file. */
export type FileState = z.output<typeof fileDataSchema>['state'];

/** Data of a part job, not parsed. */
export interface PartData {
  readonly job: FileJobText;
  readonly file: string;
  readonly run: number;
  readonly part: number;
}

/** The initial state of every job. */
export const FIRST_STATE: FileState = { run: 0, step: 'begin', parts: 0, upload: null, published: [] };

/** @throws VeilError JOB_INVALID */
export function parseFileData(data: unknown): { readonly job: FileJob; readonly state: FileState } {
  return parseWith(fileDataSchema, data);
}

/** @throws VeilError JOB_INVALID */
export function parsePartData(data: unknown): z.output<typeof partDataSchema> {
  return parseWith(partDataSchema, data);
}

/** @throws VeilError JOB_INVALID */
export function parseFileId(id: unknown): string {
  return parseWith(fileId, id);
}

/** Same job, same id: adding it twice gives one job. */
export function idOfFile(job: FileJobText): string {
  return `file-${sha256OfText(JSON.stringify(job)).slice(0, 24)}`;
}

/** Same part of a run, same id: adding it twice gives one job. */
export function idOfPart(
  file: string,
  { run, step, part }: { run: number; step: PartStep; part: number },
): string {
  return `${file}-${run}-${step}-${part}`;
}
