import { z } from 'zod';
import { sha256OfText } from '../../base/sha256.ts';
import { fileJobSchema, parseWith, type FileJob, type FileJobText } from './file-job.ts';

/** How far the work on a file is: what its job does when it is next taken up. */
export const FILE_STEPS = ['begin', 'link', 'join'] as const;

/** Work on a part of a file. */
export const PART_STEPS = ['detect', 'render'] as const;
export type PartStep = (typeof PART_STEPS)[number];

/** The most parts of one file. */
export const MOST_PARTS = 10_000;

const runNumber = z.int().min(0).max(100_000);
const fileId = z.string().regex(/^file-[0-9a-f]{24}$/);

/** What a job of a file holds in the queue: the job, and how far it is. */
const fileDataSchema = z.strictObject({
  job: fileJobSchema,
  state: z.strictObject({
    /** Counts how often it was begun anew, so that parts of an earlier run are told from those of this one. */
    run: runNumber,
    step: z.enum(FILE_STEPS),
    parts: z.int().min(0).max(MOST_PARTS),
    /** Upload of the output that has begun in S3-type storage. */
    upload: z.string().min(1).max(1024).nullable(),
    /** Checksums of the outputs that were about to be published: what has one of them is this job's own. */
    published: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(50),
  }),
});

/** What a job of a part holds in the queue. */
const partDataSchema = z.strictObject({
  job: fileJobSchema,
  file: fileId,
  run: runNumber,
  part: z
    .int()
    .min(0)
    .max(MOST_PARTS - 1),
});

/** A job of a file as it lies in the queue. */
export interface FileData {
  readonly job: FileJobText;
  readonly state: FileState;
}

/** How far the work on a file is. */
export type FileState = z.output<typeof fileDataSchema>['state'];

/** A job of a part as it lies in the queue. */
export interface PartData {
  readonly job: FileJobText;
  readonly file: string;
  readonly run: number;
  readonly part: number;
}

/** Where every job begins. */
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

/** The same for the same job, so that a job that is added twice is one. */
export function idOfFile(job: FileJobText): string {
  return `file-${sha256OfText(JSON.stringify(job)).slice(0, 24)}`;
}

/** The same for the same part of a run, so that parts that are added twice are there once. */
export function idOfPart(
  file: string,
  { run, step, part }: { run: number; step: PartStep; part: number },
): string {
  return `${file}-${run}-${step}-${part}`;
}
