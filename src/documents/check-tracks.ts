import type { FrameRange } from '../frame/track.ts';
import { ORIGINS } from './track-record.ts';
import { formatFor, type TracksDocument } from './tracks-schema.ts';

/** A problem in a document, and its place. */
export interface TracksProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Video = TracksDocument['input'];

/** Limit of tracks in one frame: several times the largest crowd in which faces can be distinguished. */
const MOST_AT_ONCE = 2000;

/** Limit of spans covered as a whole. */
const MOST_CURTAINS = 10_000;

/** Checks beyond the schema: the first mismatch with the video, or null. */
export function checkTracks(document: TracksDocument): TracksProblem | null {
  const { format, input, tracks, curtains, zones = [], mutes = [], noFaces = [] } = document;
  if (format !== formatFor(document) && format === 'veil-tracks/1') {
    return { path: ['format'], message: 'must be "veil-tracks/2" for decisions, zones and mutes' };
  }
  const ids = new Set<number>();
  for (const [index, { id, boxes, keys, state, kept, joined = [] }] of tracks.entries()) {
    const at = ['tracks', index];
    if (ids.has(id)) return { path: [...at, 'id'], message: `there are two tracks ${id}` };
    ids.add(id);
    if ((state === 'kept') !== (kept !== undefined)) {
      return { path: [...at, 'kept'], message: 'must say who keeps a track visible, and since when' };
    }
    const rows = boxes ?? keys;
    if (rows === undefined || (boxes !== undefined && keys !== undefined)) {
      return { path: at, message: 'must have either boxes or keys' };
    }
    const astray = joined.findIndex((frame, at) => frame >= input.frames || frame <= (joined[at - 1] ?? -1));
    if (astray >= 0) {
      return { path: [...at, 'joined', astray], message: 'frames must rise, and lie in the video' };
    }
    const problem = checkRows(rows, input);
    if (problem === null) continue;
    return { path: [...at, boxes === undefined ? 'keys' : 'boxes', problem.row], message: problem.message };
  }
  const crowded = crowdedFrame(tracks);
  if (crowded !== null) {
    return { path: ['tracks'], message: `there are more than ${MOST_AT_ONCE} tracks at frame ${crowded}` };
  }
  if (curtains.length > MOST_CURTAINS) {
    return { path: ['curtains'], message: `there are more than ${MOST_CURTAINS}` };
  }
  for (const [index, range] of curtains.entries()) {
    const message = checkRange(range, input);
    if (message !== null) return { path: ['curtains', index], message };
  }
  for (const [name, areas] of Object.entries({ zones, noFaces })) {
    for (const [index, { box, firstFrame, lastFrame }] of areas.entries()) {
      const message =
        checkRange({ firstFrame, lastFrame }, input) ?? checkRow([firstFrame, ...box], -1, input);
      if (message !== null) return { path: [name, index], message };
    }
  }
  const backwards = mutes.findIndex(({ from, to }) => to <= from);
  return backwards < 0 ? null : { path: ['mutes', backwards], message: 'must end after it begins' };
}

/** The first frame with too many tracks, from the spans of the tracks; null if there is none. */
function crowdedFrame(tracks: TracksDocument['tracks']): number | null {
  const events = tracks.flatMap(({ boxes, keys }) => {
    const rows = boxes ?? keys ?? [];
    return [
      { frame: rows[0]![0]!, change: 1 },
      { frame: rows.at(-1)![0]! + 1, change: -1 },
    ];
  });
  let now = 0;
  for (const { frame, change } of events.sort((a, b) => a.frame - b.frame || a.change - b.change)) {
    now += change;
    if (now > MOST_AT_ONCE) return frame;
  }
  return null;
}

function checkRows(
  rows: readonly (readonly number[])[],
  video: Video,
): { readonly row: number; readonly message: string } | null {
  let before = -1;
  for (const [row, values] of rows.entries()) {
    const message = checkRow(values, before, video);
    if (message !== null) return { row, message };
    before = values[0]!;
  }
  return null;
}

function checkRow(values: readonly number[], before: number, video: Video): string | null {
  const [frame, x, y, width, height, origin] = values as [number, number, number, number, number, number?];
  if (!Number.isInteger(frame) || frame < 0 || frame >= video.frames) {
    return `frame ${frame} is not in the video, whose frames are 0 to ${video.frames - 1}`;
  }
  if (frame <= before) return `frame ${frame} comes after frame ${before}; frames must rise`;
  if (width <= 0 || height <= 0) return 'width and height must be more than 0';
  if (origin !== undefined && ORIGINS[origin] === undefined) return `unknown origin ${origin}`;
  // A tracker may follow a face out of the picture. A manual box outside the picture is a mistake.
  const isByHand = origin === undefined || ORIGINS[origin] === 'manual';
  const margin = isByHand ? 0 : 1;
  const isInside =
    overlaps(x, width, video.width, margin * video.width) &&
    overlaps(y, height, video.height, margin * video.height);
  if (!isInside) return `the box lies outside the picture of ${video.width} by ${video.height} pixels`;
  return width > 4 * video.width || height > 4 * video.height
    ? 'the box is more than four times the picture'
    : null;
}

function overlaps(start: number, length: number, size: number, margin: number): boolean {
  return start < size + margin && start + length > -margin;
}

function checkRange({ firstFrame, lastFrame }: FrameRange, { frames }: Video): string | null {
  if (lastFrame < firstFrame) return `frame ${lastFrame} comes before frame ${firstFrame}`;
  return lastFrame >= frames
    ? `frame ${lastFrame} is not in the video, whose frames are 0 to ${frames - 1}`
    : null;
}
