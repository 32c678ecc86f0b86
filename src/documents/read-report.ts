import { z } from 'zod';
import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';
import { provenanceSchema, settingsHash } from './provenance.ts';
import { UNCERTAINTY_REASONS } from './uncertainty-text.ts';

/** What of a report says where heads were covered; everything in it is checked. */
const coveredSchema = z.object({
  format: z.literal('veil-report/1'),
  frames: z.int().nonnegative(),
  config: z.object({ shape: z.enum(['ellipse', 'rectangle']), padding: z.number().min(0).max(2) }),
  tracks: z.array(z.object({ id: z.int(), boxes: z.array(z.array(z.number()).min(5)) })),
  // Reports of older versions name no curtains.
  curtains: z
    .array(z.object({ firstFrame: z.int().nonnegative(), lastFrame: z.int().nonnegative() }))
    .default([]),
  // Reports of older versions prove nothing.
  provenance: provenanceSchema.optional(),
});

/** What a report says was covered: rows of boxes are frame, x, y, width, height in pixels. */
export type CoveredTracks = z.output<typeof coveredSchema> & {
  /** Whether its options are those with which it was written; true where it says nothing of it. */
  readonly hasItsSettings?: boolean;
};

/** What of a report says how a run went, and by what. */
const outcomeSchema = z.object({
  format: z.literal('veil-report/1'),
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

/** How a run went, as its report says. */
export type ReportedRun = z.output<typeof outcomeSchema>;

/** Reports of whole films have some hundred megabytes, and no text may be much longer. */
const MOST_BYTES = 384 * 1024 ** 2;

/**
 * Reads what a report says was covered.
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

/** Reads how a run went. Null where there is no such report, or none that says by what it was made. */
export async function readReportedRun(path: string): Promise<ReportedRun | null> {
  try {
    const content = await readRegularFile(path, MOST_BYTES);
    if (typeof content === 'string') return null;
    return outcomeSchema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    // Whatever is wrong with it: it proves nothing.
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
