import { z } from 'zod';
import { COLUMNS, ORIGINS } from './track-record.ts';
import { UNCERTAINTY_REASONS } from './uncertainty-text.ts';

/** Supported formats. The first is written whenever it suffices, so that older versions can read it too. */
export const TRACKS_FORMATS = ['veil-tracks/1', 'veil-tracks/2'] as const;
export const TRACKS_FORMAT = TRACKS_FORMATS[0];

const MOST_FRAMES = 100_000_000;
const MOST_ZONES = 10_000;

/** `cover`: always covered. `ignore`: detections in it stay uncovered. `only`: everything outside it is covered. */
export const ZONE_KINDS = ['cover', 'ignore', 'only'] as const;

const frame = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** Decisions about a track; only `veil-tracks/2` has these fields. */
const decisions = {
  /** `zone`: the boxes themselves are covered, as rectangles, instead of heads around them. */
  kind: z.enum(['head', 'zone']).optional(),
  state: z.enum(['covered', 'dismissed', 'kept']).optional(),
  kept: z.strictObject({ by: z.string().max(100), at: z.iso.datetime() }).optional(),
  person: z.int().positive().optional(),
  byHand: z.boolean().optional(),
  /** Frames at which manually joined parts begin: the person who joined them vouches that they are one person. */
  joined: z.array(frame).min(1).readonly().optional(),
};

/** Strict throughout: ignoring a misspelt field could leave a face uncovered. */
export const tracksSchema = z.strictObject({
  format: z.enum(TRACKS_FORMATS),
  versions: z.record(z.string(), z.string()).default({}),
  input: z.strictObject({
    name: z.string(),
    bytes: z.int().nonnegative(),
    width: z.int().positive(),
    height: z.int().positive(),
    frames: z.int().positive().max(MOST_FRAMES),
    timeBase: z.string(),
    start: seconds.nullable(),
    end: seconds.nullable(),
  }),
  detector: z.string(),
  looks: z.int().nonnegative(),
  origins: exactly(ORIGINS),
  columns: exactly(COLUMNS),
  tracks: z.array(
    z.strictObject({
      id: z.int().positive(),
      score: z.number().min(0).max(1).default(1),
      detections: z.int().nonnegative().default(0),
      boxes: z.array(rowOf(5, 6)).min(1).readonly().optional(),
      keys: z.array(rowOf(5, 5)).min(1).readonly().optional(),
      ...decisions,
    }),
  ),
  zones: z
    .array(
      z.strictObject({ kind: z.enum(ZONE_KINDS), firstFrame: frame, lastFrame: frame, box: rowOf(4, 4) }),
    )
    .max(MOST_ZONES)
    .optional(),
  mutes: z
    .array(z.strictObject({ from: seconds, to: seconds }))
    .max(MOST_ZONES)
    .optional(),
  /** Findings of an audit that a person has answered with "no face". */
  noFaces: z
    .array(z.strictObject({ firstFrame: frame, lastFrame: frame, box: rowOf(4, 4) }))
    .max(MOST_ZONES)
    .optional(),
  curtains: z
    .array(
      z.strictObject({
        firstFrame: frame,
        lastFrame: frame,
        from: seconds.optional(),
        to: seconds.optional(),
      }),
    )
    .default([]),
  uncertain: z
    .array(
      z.strictObject({
        trackId: z.int(),
        reason: z.enum(UNCERTAINTY_REASONS),
        firstFrame: z.int(),
        lastFrame: z.int(),
        from: seconds.optional(),
        to: seconds.optional(),
        risk: z.number().nonnegative().optional(),
        box: rowOf(4, 4).optional(),
        place: z.string().optional(),
        text: z.string().optional(),
        reviewed: z.boolean().optional(),
      }),
    )
    .default([]),
});

/**
 * The `veil-tracks` document: the covers of one video. A track has either `boxes`, a row for each frame (frame, x, y,
 * width, height, origin; without origin: manual), or `keys`, rows of some frames (frame, x, y, width, height) between
 * which it is interpolated. Frames of `curtains` are covered as a whole.
 */
export type TracksDocument = z.output<typeof tracksSchema>;

/** A document as input: fields with defaults may be omitted. */
export type TracksInput = z.input<typeof tracksSchema>;

/** The oldest format that has all the fields of a document. */
export function formatFor(document: TracksDocument): TracksDocument['format'] {
  const { tracks, zones, mutes, noFaces, uncertain } = document;
  const isDecided = tracks.some((track) => Object.keys(decisions).some((name) => name in track));
  const isReviewed = uncertain.some(({ reviewed }) => reviewed !== undefined);
  const isMarked = [zones, mutes, noFaces].some((list) => list !== undefined);
  return isDecided || isReviewed || isMarked ? 'veil-tracks/2' : 'veil-tracks/1';
}

/** Fixed names of columns; other names would mean other numbers. */
function exactly(names: readonly string[]): z.ZodCustom<readonly string[]> {
  const text = JSON.stringify(names);
  return z.custom<readonly string[]>((value) => JSON.stringify(value) === text, `must be ${text}`);
}

/** A custom check: there are millions of rows, and a schema would copy each. */
function rowOf(fewest: number, most: number): z.ZodCustom<readonly number[]> {
  const count = fewest === most ? `${most}` : `${fewest} or ${most}`;
  return z.custom<readonly number[]>(
    (row) => Array.isArray(row) && row.length >= fewest && row.length <= most && row.every(Number.isFinite),
    `must be a list of ${count} numbers`,
  );
}
