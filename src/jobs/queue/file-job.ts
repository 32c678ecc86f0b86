import { z } from 'zod';
import { configSchema } from '../../config/schema.ts';
import { VeilError } from '../../errors.ts';
import { isSameLocation, locationSchema, nameOf, nameSchema } from '../storage/location.ts';

/** Name and version of the format of file jobs. */
export const FILE_JOB_FORMAT = 'veil-job/1';

/** Jobs are small; a longer text is invalid. */
export const LONGEST_JOB = 64 * 1024;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256');
const version = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}(?:-[0-9A-Za-z.-]{1,40})?$/, 'must be a version');

/** A built-in or stored detector by name: never a path, which would refer to a file of the worker. */
const detector = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Options in a job: paths have fields of their own, and no option may contain one. */
const settingsSchema = configSchema
  .refine((config) => detector.test(config.detector) && !/\.onnx$/i.test(config.detector), {
    path: ['detector'],
    error: 'must be the name of a detector, not a path',
  })
  .refine((config) => typeof config.report === 'boolean', {
    path: ['report'],
    error: 'must be true or false',
  })
  .refine((config) => !config.seal, { path: ['seal'], error: 'is not made by queues' });

/**
 * What happens to an output in which the audit finds faces: `risk` refuses it if they carry a risk, `refuse` always,
 * `tell` never.
 */
export const FINDINGS = ['risk', 'refuse', 'tell'] as const;

/** One file to cover, as it travels through the queue. */
export const fileJobSchema = z
  .strictObject({
    format: z.literal(FILE_JOB_FORMAT),
    input: locationSchema,
    output: locationSchema,
    /** Names of the files beside the output. */
    report: nameSchema,
    tracks: nameSchema.nullable(),
    /** Tracks with decisions to cover, instead of searching for faces. */
    decided: locationSchema.nullable(),
    settings: settingsSchema,
    /** Length of a part, seconds; null: no parts. */
    partSeconds: z.number().min(2).max(3600).nullable(),
    /** Stop after the tracks, so that a person can review them first. */
    stopsForReview: z.boolean(),
    findings: z.enum(FINDINGS),
    /** Requirements for every worker: Veil's version, and the checksum of the detector's network. */
    version,
    model: sha256,
  })
  .superRefine((job, context) => {
    const problem = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (isSameLocation(job.input, job.output)) problem('output', 'must not be the input');
    const names = [nameOf(job.output), job.report, job.tracks].filter((name) => name !== null);
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      problem('report', 'must have a name of its own');
    }
    for (const key of ['report', 'tracks'] as const) {
      if (job[key]?.endsWith('.json') === false) problem(key, 'must end in .json');
    }
    if (nameOf(job.output).startsWith('.')) problem('output', 'must not be hidden');
    if (job.stopsForReview && job.tracks === null) problem('tracks', 'must have a name for a review');
    if (job.decided !== null && job.tracks !== null) problem('tracks', 'are given already');
  });

/** A job as workers use it: locations parsed, options complete. */
export type FileJob = z.output<typeof fileJobSchema>;

/** A job as stored in the queue. */
export type FileJobText = z.input<typeof fileJobSchema>;

/**
 * Parses a job from outside. Its content is not trusted.
 *
 * @throws VeilError JOB_INVALID, which names the first error
 */
export function parseFileJob(data: unknown): FileJob {
  return parseWith(fileJobSchema, data);
}

/** Parses data from the queue. See {@link parseFileJob}. */
export function parseWith<T>(schema: z.ZodType<T>, data: unknown): T {
  if (JSON.stringify([data]).length > LONGEST_JOB) throw invalid('it is too long');
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw invalid(`${issue.path.length === 0 ? '' : `${issue.path.join('.')} `}${shown(issue.message)}`);
}

/** Shortens a message about an invalid job, to limit how much of the job reaches a log. */
function shown(message: string): string {
  return message.slice(0, 200);
}

function invalid(what: string): VeilError {
  return new VeilError('JOB_INVALID', `The job is not valid: ${what}.`, {
    hint: 'Add it again with veil queue add, of the same version.',
  });
}
