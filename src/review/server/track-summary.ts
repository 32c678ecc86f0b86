import { BY_HAND, DETECTED, rangeOf, rowAt, type Row } from '../../documents/rows.ts';
import type { Project, ReviewSpan, ReviewTrack } from '../project.ts';

/** A track as the page has it: enough for its card and its row in the timeline. */
export interface TrackSummary extends Omit<ReviewTrack, 'rows'> {
  readonly first: number;
  readonly last: number;
  /** First and last frame of each run of boxes. */
  readonly runs: readonly (readonly [number, number])[];
  /** Some of the frames that were set manually. */
  readonly keys: readonly number[];
  /** Boxes to show: the first, the last, the best and the least certain one; each frame, x, y, width, height. */
  readonly faces: readonly (readonly number[])[];
}

/** A doubt as the page has it. */
export interface SpanSummary extends ReviewSpan {
  /** The least certain frame, for a look. */
  readonly frame: number;
}

/** The summary of a track. */
export function trackSummary(track: ReviewTrack): TrackSummary {
  const { rows, ...facts } = track;
  const { firstFrame: first, lastFrame: last } = rangeOf(track);
  return {
    ...facts,
    first,
    last,
    runs: track.isKeyed ? [[first, last]] : runsOf(rows),
    keys: track.isKeyed ? rows.map(([frame]) => frame) : endsByHand(rows),
    faces: facesOf(rows).map(([frame, x, y, width, height]) => [frame, x, y, width, height]),
  };
}

/** The summary of a doubt. */
export function spanSummary(span: ReviewSpan, { tracks }: Pick<Project, 'tracks'>): SpanSummary {
  return { ...span, frame: leastCertain(span, tracks.get(span.trackId)) };
}

function runsOf(rows: readonly Row[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [frame] of rows) {
    const run = runs.at(-1);
    if (run?.[1] === frame - 1) run[1] = frame;
    else runs.push([frame, frame]);
  }
  return runs;
}

/** First and last frame of each run of manual rows. */
function endsByHand(rows: readonly Row[]): number[] {
  const frames = rows.filter(([, , , , , origin]) => origin === BY_HAND).map(([frame]) => frame);
  return frames.filter((frame, index) => frames[index - 1] !== frame - 1 || frames[index + 1] !== frame + 1);
}

/** The first, last, best and least certain row; one row may appear more than once. */
function facesOf(rows: readonly Row[]): Row[] {
  const seen = rows.filter(([, , , , , origin]) => origin === DETECTED);
  const certain = seen.length > 0 ? seen : rows;
  const best = certain.reduce((a, b) => (areaOf(b) > areaOf(a) ? b : a));
  return [certain[0]!, certain.at(-1)!, best, farthest(rows, certain)];
}

/** The row farthest, in frames, from any certain row. */
function farthest(rows: readonly Row[], certain: readonly Row[]): Row {
  let [result, distance, at] = [rows[0]!, -1, 0];
  for (const row of rows) {
    while (at + 1 < certain.length && certain[at + 1]![0] <= row[0]) at += 1;
    const away = Math.min(
      Math.abs(row[0] - certain[at]![0]),
      Math.abs(row[0] - (certain[at + 1] ?? certain[at]!)[0]),
    );
    if (away > distance) [result, distance] = [row, away];
  }
  return result;
}

function leastCertain({ firstFrame, lastFrame, reason }: ReviewSpan, track: ReviewTrack | undefined): number {
  const middle = Math.floor((firstFrame + lastFrame) / 2);
  if (track === undefined) return middle;
  const range = rangeOf(track);
  // A person may have been visible before the track starts or after it ends: that edge needs the look.
  if (reason === 'ended-in-open') return Math.min(lastFrame, range.lastFrame);
  if (reason === 'started-in-open') return Math.max(firstFrame, range.firstFrame);
  if (reason !== 'seen-once') return middle;
  const seen = track.rows.find(([frame, , , , , origin]) => origin === DETECTED && frame >= firstFrame);
  return seen?.[0] ?? (rowAt(track, middle) === null ? firstFrame : middle);
}

function areaOf([, , , width, height]: Row): number {
  return width * height;
}
