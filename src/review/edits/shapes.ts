import type { Box } from '../../frame/box.ts';
import type { FrameRange } from '../../frame/track.ts';
import { between, rangeOf, rowAt, rowOf, type Row } from '../../documents/rows.ts';
import type { Project, ReviewTrack } from '../project.ts';
import { before, everyRow, framesFrom, from, held, movedTo, replaced } from '../rows.ts';
import type { Edit } from './edit.ts';
import { review } from './people.ts';
import { checkRange, freeTrackId, refused, trackOf, tracksOf, withTracks } from './refuse.ts';

type EditOf<Type extends Edit['type']> = Extract<Edit, { type: Type }>;

/** A moved box pulls at most this many frames on each side along. */
const PULLED_FRAMES = 15;

/** Adds a manual track, and records which finding or doubts it answers. */
export function add(project: Project, { rows, isKeyed, finding, spans = [] }: EditOf<'add'>): Project {
  const track: ReviewTrack = {
    id: freeTrackId(project),
    kind: 'head',
    state: 'covered',
    kept: null,
    person: null,
    score: 1,
    detections: 0,
    isByHand: true,
    joined: [],
    rows: checkRows(project, rows),
    isKeyed,
  };
  const added = withTracks(project, [track]);
  const answered: Project =
    finding === undefined
      ? added
      : { ...added, answers: [...project.answers, { ...finding, answer: 'covered' }] };
  return spans.length === 0 ? answered : review(answered, { type: 'review', spans, isReviewed: true });
}

/** Moves the ends of a track to exactly these frames; frames without a box repeat the nearest one. */
export function trim(project: Project, edit: EditOf<'trim'>): Project {
  const track = trackOf(project, edit.track);
  const now = rangeOf(track);
  const { firstFrame = now.firstFrame, lastFrame = now.lastFrame } = edit;
  checkRange(project, { firstFrame, lastFrame });
  if (firstFrame > now.lastFrame || lastFrame < now.firstFrame) {
    throw refused(`Track ${track.id} has no box in frames ${firstFrame} to ${lastFrame}.`);
  }
  const rows = track.isKeyed
    ? keysWithin(track, { firstFrame, lastFrame })
    : rowsWithin(track, { firstFrame, lastFrame });
  const joined = track.joined.filter((frame) => frame > firstFrame && frame <= lastFrame);
  return withTracks(project, [{ ...track, rows, joined, isByHand: true }]);
}

function rowsWithin({ rows }: ReviewTrack, { firstFrame, lastFrame }: FrameRange): Row[] {
  const inside = before(from(rows, firstFrame), lastFrame + 1);
  // In a gap there are no rows: the next row after it stands in.
  const [first, last] = [inside[0] ?? from(rows, firstFrame)[0]!, inside.at(-1)];
  return [
    ...held(first, firstFrame, Math.min(lastFrame, first[0] - 1)),
    ...inside,
    ...(last === undefined ? [] : held(last, last[0] + 1, lastFrame)),
  ];
}

function keysWithin(track: ReviewTrack, { firstFrame, lastFrame }: FrameRange): Row[] {
  const { rows } = track;
  const end = (frame: number, nearest: Row): Row => rowAt(track, frame) ?? movedTo(nearest, frame);
  const inside = before(from(rows, firstFrame + 1), lastFrame);
  const [first, last] = [end(firstFrame, rows[0]!), end(lastFrame, rows.at(-1)!)];
  return [first, ...inside, ...(lastFrame > firstFrame ? [last] : [])];
}

/** Replaces the rows of a track in some frames. */
export function replaceRows(project: Project, { track: id, rows }: EditOf<'rows'>): Project {
  const track = trackOf(project, id);
  return withTracks(project, [changed(track, replaced(everyRow(track), checkRows(project, rows)))]);
}

/** Sets the box of a track in one frame, and moves the frames around it linearly towards it. */
export function setKey(project: Project, { track: id, row }: EditOf<'key'>): Project {
  const track = trackOf(project, id);
  const [key] = checkRows(project, [row]);
  if (track.isKeyed) return withTracks(project, [{ ...track, rows: replaced(track.rows, [key!]) }]);
  const [frame] = key!;
  const first = rowAt(track, frame - PULLED_FRAMES) ?? nearest(track.rows, frame, -1);
  const last = rowAt(track, frame + PULLED_FRAMES) ?? nearest(track.rows, frame, 1);
  const pulled = [
    ...(first === null ? [] : steps(first, key!).slice(0, -1)),
    ...(last === null ? [key!] : steps(key!, last)),
  ];
  return withTracks(project, [changed(track, replaced(track.rows, pulled))]);
}

/** Removes a key frame; a track keeps at least one. */
export function removeKey(project: Project, { track: id, frame }: EditOf<'removeKey'>): Project {
  const track = trackOf(project, id);
  const rows = track.rows.filter(([at]) => at !== frame);
  if (!track.isKeyed || rows.length === track.rows.length) {
    throw refused(`Track ${id} has no key frame at frame ${frame}.`);
  }
  if (rows.length === 0) throw refused(`It is the only key frame of track ${id}. Remove the track instead.`);
  return withTracks(project, [{ ...track, rows }]);
}

/** Removes manual tracks. */
export function removeTracks(project: Project, { tracks }: EditOf<'removeTracks'>): Project {
  for (const { id, detections } of tracksOf(project, tracks)) {
    if (detections > 0) throw refused(`The detector saw track ${id}. Dismiss it instead.`);
  }
  return withTracks(project, [], tracks);
}

function changed(track: ReviewTrack, rows: readonly Row[]): ReviewTrack {
  return { ...track, rows, isKeyed: false, isByHand: true };
}

/** Checks that rows ascend and lie in the video, and marks them as manual. */
function checkRows({ video }: Project, rows: readonly Row[]): Row[] {
  let last = -1;
  return rows.map((row) => {
    const [frame, x, y, width, height] = row;
    if (frame <= last) throw refused(`Frame ${frame} comes after frame ${last}; frames must rise.`);
    if (frame >= video.frames) throw refused(`The video ends with frame ${video.frames - 1}.`);
    const box: Box = { x, y, width, height };
    if (x >= video.width || y >= video.height || x + width <= 0 || y + height <= 0) {
      throw refused(`The box in frame ${frame} lies outside the picture.`);
    }
    if (width > 4 * video.width || height > 4 * video.height) {
      throw refused(`The box in frame ${frame} is more than four times the picture.`);
    }
    last = frame;
    return rowOf(frame, box);
  });
}

/** The end of a track on one side of a frame; null if it is too far away to be pulled. */
function nearest(rows: readonly Row[], frame: number, side: -1 | 1): Row | null {
  const row = side < 0 ? before(rows, frame).at(0) : from(rows, frame + 1).at(-1);
  return row === undefined || Math.abs(row[0] - frame) > PULLED_FRAMES ? null : row;
}

/** A row for each frame from one row to another, both included. */
function steps(a: Row, b: Row): Row[] {
  return [a, ...framesFrom(a[0] + 1, b[0] - 1).map((frame) => between(a, b, frame)), b];
}
