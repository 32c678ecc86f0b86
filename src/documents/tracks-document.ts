import { z } from 'zod';
import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';
import { checkTracks, type TracksProblem } from './check-tracks.ts';
import { COLUMNS, ORIGINS } from './track-record.ts';
import { UNCERTAINTY_REASONS } from './uncertainty-text.ts';

/** Formats that are read. The first is written wherever it can say everything, so that older versions read it too. */
export const TRACKS_FORMATS = ['veil-tracks/1', 'veil-tracks/2'] as const;
export const TRACKS_FORMAT = TRACKS_FORMATS[0];

/** Larger ones are neither written nor read: an hour with ten faces has some 30 MB, and no text may be much longer. */
const MOST_BYTES = 384 * 1024 ** 2;
const MOST_FRAMES = 100_000_000;
const MOST_ZONES = 10_000;

/** `cover`: always covered. `ignore`: what a detector finds there is left open. `only`: all around it is covered. */
export const ZONE_KINDS = ['cover', 'ignore', 'only'] as const;

const frame = z.int().nonnegative();
const seconds = z.number().nonnegative();

/** What a person decided about a track; `veil-tracks/2` alone has these fields. */
const decisions = {
  /** `zone`: the boxes themselves are covered, as rectangles, and no head around them. */
  kind: z.enum(['head', 'zone']).optional(),
  state: z.enum(['covered', 'dismissed', 'kept']).optional(),
  kept: z.strictObject({ by: z.string().max(100), at: z.iso.datetime() }).optional(),
  person: z.int().positive().optional(),
  byHand: z.boolean().optional(),
};

// Strict throughout: a misspelt field that is passed over is a face that stays open.
const tracksSchema = z.strictObject({
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
        text: z.string().optional(),
        reviewed: z.boolean().optional(),
      }),
    )
    .default([]),
});

/**
 * The `veil-tracks` document: what is to be covered in one video. A track has either `boxes`, a row for each frame
 * (frame, x, y, width, height, origin; without origin: drawn by hand), or `keys`, rows of some frames (frame, x, y,
 * width, height) between which it moves evenly. Frames of `curtains` are covered as a whole.
 */
export type TracksDocument = z.output<typeof tracksSchema>;

/** A document as it may be given: what has a default may be left out. */
export type TracksInput = z.input<typeof tracksSchema>;

/**
 * Reads a tracks file.
 *
 * @throws VeilError INPUT_NOT_FOUND, TRACKS_INVALID
 */
export async function readTracks(path: string): Promise<TracksDocument> {
  const content = await readRegularFile(path, MOST_BYTES).catch((cause: unknown) => {
    throw new VeilError('INPUT_NOT_FOUND', `The tracks file ${path} cannot be read.`, {
      hint: 'Check the path; veil detect writes such files.',
      cause,
    });
  });
  if (content === 'not a file') throw invalid(path, 'it is not a file');
  if (content === 'too large') throw invalid(path, `it is larger than ${MOST_BYTES / 1024 ** 2} MiB`);
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw invalid(path, `not valid JSON (${cause instanceof Error ? cause.message : 'unknown'})`, cause);
  }
  const document = parseTracks(value, path);
  const doubled = doubledName(content.toString('latin1'), document);
  if (doubled !== null) throw invalid(path, `it has ${doubled} twice in one place`);
  return document;
}

/** Of two fields of one name JSON keeps the last, and what the other says would not be covered. */
function doubledName(text: string, { tracks }: TracksDocument): string | null {
  const count = (names: string): number =>
    text.match(new RegExp(`(?<!\\\\)"(?:${names})"\\s*:`, 'g'))?.length ?? 0;
  if (count('tracks') > 1) return 'tracks';
  if (count('curtains') > 1) return 'curtains';
  return count('boxes|keys') > tracks.length ? 'boxes or keys' : null;
}

/**
 * Checks a document, from wherever it comes.
 *
 * @param name what the message calls it
 * @throws VeilError TRACKS_INVALID
 */
export function parseTracks(value: unknown, name = 'The document'): TracksDocument {
  const { data, error } = tracksSchema.safeParse(value);
  if (error !== undefined) {
    const [issue] = error.issues;
    throw invalid(name, textOf({ path: issue!.path.map(key), message: issue!.message }), error);
  }
  checkDocument(data, name);
  return data;
}

/**
 * Checks what types do not say: that everything lies within the video.
 *
 * @throws VeilError TRACKS_INVALID
 */
export function checkDocument(document: TracksDocument, name: string): void {
  const problem = checkTracks(document);
  if (problem !== null) throw invalid(name, textOf(problem));
}

/**
 * A document as text, with a line for each box and span, for editors and for comparing.
 *
 * @throws VeilError OUTPUT_UNWRITABLE when it would be too large to be read again
 */
export function tracksText(document: TracksDocument): string {
  const { tracks, ...rest } = { ...document, format: formatFor(document) };
  const head = Object.entries(rest).map(([name, value]) => `  ${JSON.stringify(name)}: ${valueText(value)}`);
  const parts = tracks.map(({ boxes, keys, ...facts }) => {
    const [name, rows] = keys === undefined ? ['boxes', boxes ?? []] : ['keys', keys];
    const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
    return `    ${JSON.stringify(facts).slice(0, -1)},"${name}":[\n${lines}\n    ]}`;
  });
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  // What is left out of the sum is small, and letters of a name may take several bytes.
  if (length > 0.9 * MOST_BYTES) {
    throw new VeilError('OUTPUT_UNWRITABLE', 'The tracks of this video are too many for one file.', {
      hint: 'Do it in parts, with --start and --end.',
    });
  }
  const body = parts.length === 0 ? '  "tracks": []' : `  "tracks": [\n${parts.join(',\n')}\n  ]`;
  return `{\n${[...head, body].join(',\n')}\n}\n`;
}

/** The oldest format that has all the fields of a document. */
export function formatFor({ tracks, zones, mutes, uncertain }: TracksDocument): TracksDocument['format'] {
  const isDecided = tracks.some((track) => Object.keys(decisions).some((name) => name in track));
  const isReviewed = uncertain.some(({ reviewed }) => reviewed !== undefined);
  return isDecided || isReviewed || zones !== undefined || mutes !== undefined
    ? 'veil-tracks/2'
    : 'veil-tracks/1';
}

/** A line for each object of a list. */
function valueText(value: unknown): string {
  if (!Array.isArray(value) || typeof value[0] !== 'object') return JSON.stringify(value);
  return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
}

/** Names that rows are written by; others would mean other numbers. */
function exactly(names: readonly string[]): z.ZodCustom<readonly string[]> {
  const text = JSON.stringify(names);
  return z.custom<readonly string[]>((value) => JSON.stringify(value) === text, `must be ${text}`);
}

/** By hand: there are millions of rows, and a schema would copy each. */
function rowOf(fewest: number, most: number): z.ZodCustom<readonly number[]> {
  const count = fewest === most ? `${most}` : `${fewest} or ${most}`;
  return z.custom<readonly number[]>(
    (row) => Array.isArray(row) && row.length >= fewest && row.length <= most && row.every(Number.isFinite),
    `must be a list of ${count} numbers`,
  );
}

function key(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part);
}

/** `tracks[3].boxes[7] must …` */
function textOf({ path, message }: TracksProblem): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return place === '' ? message : `${place.replace(/^\./, '')}: ${message}`;
}

function invalid(name: string, reason: string, cause?: unknown): VeilError {
  return new VeilError('TRACKS_INVALID', `${name} is not a valid veil-tracks document: ${reason}.`, {
    hint: 'docs/tracks.md describes the format. Nothing was written.',
    cause: cause ?? reason,
  });
}
