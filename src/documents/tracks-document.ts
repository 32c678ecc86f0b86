import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';
import { doubledName } from '../base/doubled-name.ts';
import { checkTracks, type TracksProblem } from './check-tracks.ts';
import { formatFor, tracksSchema, type TracksDocument } from './tracks-schema.ts';

export { TRACKS_FORMAT, formatFor, type TracksDocument, type TracksInput } from './tracks-schema.ts';

/** Size limit: an hour with ten faces takes about 30 MB, and strings can't be much longer. */
const MOST_BYTES = 384 * 1024 ** 2;

/**
 * Reads a tracks file.
 *
 * @throws VeilError INPUT_NOT_FOUND, TRACKS_INVALID
 */
export async function readTracks(path: string): Promise<TracksDocument> {
  const content = await readRegularFile(path, MOST_BYTES).catch((cause: unknown) => {
    throw new VeilError('INPUT_NOT_FOUND', `The tracks file ${path} cannot be read.`, {
      hint: 'Check the name; veil blur and veil detect write such files.',
      cause,
    });
  });
  if (content === 'not a file') throw invalid(path, 'it is not a file');
  if (content === 'too large') throw invalid(path, `it is larger than ${MOST_BYTES / 1024 ** 2} MiB`);
  const text = content.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, `not valid JSON (${cause instanceof Error ? cause.message : 'unknown'})`, cause);
  }
  // Of two fields with the same name, JSON keeps the last, so that boxes in the other would stay uncovered.
  const doubled = doubledName(text);
  if (doubled !== null) throw invalid(path, `it has the name ${JSON.stringify(doubled)} twice in one object`);
  return parseTracks(value, path);
}

/**
 * Validates a document from any source.
 *
 * @param name of the document in messages
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
 * Checks what types can't express: that everything lies within the video.
 *
 * @throws VeilError TRACKS_INVALID
 */
export function checkDocument(document: TracksDocument, name: string): void {
  const problem = checkTracks(document);
  if (problem !== null) throw invalid(name, textOf(problem));
}

/**
 * A document as text, with one line per box and span, for editors and diffs.
 *
 * @throws VeilError OUTPUT_UNWRITABLE if it would be too large to be read back
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
  // The rest is small, and non-ASCII letters take several bytes.
  if (length > 0.9 * MOST_BYTES) {
    throw new VeilError('OUTPUT_UNWRITABLE', 'The tracks of this video are too many for one file.', {
      hint: 'Do it in parts, with --start and --end.',
    });
  }
  const body = parts.length === 0 ? '  "tracks": []' : `  "tracks": [\n${parts.join(',\n')}\n  ]`;
  return `{\n${[...head, body].join(',\n')}\n}\n`;
}

/** One line per object of a list. */
function valueText(value: unknown): string {
  if (!Array.isArray(value) || typeof value[0] !== 'object') return JSON.stringify(value);
  return `[\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
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
