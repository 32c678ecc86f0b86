import { z } from 'zod';
import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';
import { provenanceSchema, settingsHash } from './provenance.ts';
import { UNCERTAINTY_REASONS } from './uncertainty-text.ts';

/** The part of a report about covers; all of it is validated. */
const coveredSchema = z.object({
  format: z.literal('veil-report/1'),
  frames: z.int().nonnegative(),
  // Missing in reports of older versions.
  closingFrames: z.int().nonnegative().default(0),
  config: z.object({ shape: z.enum(['ellipse', 'rectangle']), padding: z.number().min(0).max(2) }),
  tracks: z.array(z.object({ id: z.int(), boxes: z.array(z.array(z.number()).min(5)) })),
  // Missing in reports of older versions.
  curtains: z
    .array(z.object({ firstFrame: z.int().nonnegative(), lastFrame: z.int().nonnegative() }))
    .default([]),
  // Missing in reports of older versions.
  provenance: provenanceSchema.optional(),
});

/** Covers according to a report: rows of boxes are frame, x, y, width, height in pixels. */
export type CoveredTracks = z.output<typeof coveredSchema> & {
  /** Whether its options are unchanged since it was written; true if it has no checksum of them. */
  readonly hasItsSettings?: boolean;
};

/** The part of a report about the run and its tools. */
const outcomeSchema = z.object({
  format: z.literal('veil-report/1'),
  input: z.object({ name: z.string() }),
  output: z.object({ name: z.string() }),
  frames: z.int().nonnegative(),
  config: z.record(z.string(), z.unknown()),
  provenance: provenanceSchema,
  timings: z.object({ elapsed: z.number().nonnegative() }),
  tracks: z.array(z.unknown()),
  uncertain: z.array(
    z.object({
      trackId: z.int(),
      reason: z.enum(UNCERTAINTY_REASONS),
      firstFrame: z.int(),
      lastFrame: z.int(),
      from: z.number(),
      to: z.number(),
      risk: z.number(),
      place: z.string().optional(),
      text: z.string(),
    }),
  ),
  unlisted: z.int().nonnegative().default(0),
  doubts: z.array(z.string()).default([]),
});

/** A run according to its report. */
export type ReportedRun = z.output<typeof outcomeSchema>;

/** Reports of whole films take some hundred megabytes, and strings can't be much longer. */
const MOST_BYTES = 384 * 1024 ** 2;

/**
 * Reads the covers of a report.
 *
 * @throws VeilError INPUT_NOT_FOUND, INPUT_UNREADABLE
 */
export async function readCoveredTracks(path: string): Promise<CoveredTracks> {
  const content = await readRegularFile(path, MOST_BYTES).catch((cause: unknown) => {
    throw new VeilError('INPUT_NOT_FOUND', `${path} cannot be read.`, {
      hint: 'Check the name; quote names with spaces.',
      cause,
    });
  });
  if (typeof content === 'string') throw notAReport(path, content);
  try {
    const document = JSON.parse(content.toString('utf8')) as { config?: Record<string, unknown> } | null;
    const covered = coveredSchema.parse(document);
    const { provenance } = covered;
    const hasItsSettings =
      provenance === undefined || provenance.settings === settingsHash(document?.config ?? {});
    return { ...covered, hasItsSettings };
  } catch (cause) {
    throw notAReport(path, cause);
  }
}

/** Reads the run of a report. Null without a report, or without provenance in it. */
export async function readReportedRun(path: string): Promise<ReportedRun | null> {
  try {
    const content = await readRegularFile(path, MOST_BYTES);
    if (typeof content === 'string') return null;
    return outcomeSchema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    // An invalid report is no evidence.
    if (error instanceof Error) return null;
    throw error;
  }
}

function notAReport(path: string, cause: unknown): VeilError {
  return new VeilError('INPUT_UNREADABLE', `${path} is not a veil-report/1 document.`, {
    hint: 'Give the report that veil blur wrote.',
    cause,
  });
}
