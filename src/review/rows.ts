import { lerpBox, roundBox, type Box } from '../frame/box.ts';
import { ORIGINS } from '../documents/track-record.ts';
import type { ReviewTrack, Row } from './project.ts';

const BY_HAND = ORIGINS.indexOf('manual');

/** First and last frame of a track. */
export function rangeOf({ rows }: Pick<ReviewTrack, 'rows'>): {
  readonly firstFrame: number;
  readonly lastFrame: number;
} {
  return { firstFrame: rows[0]![0], lastFrame: rows.at(-1)![0] };
}

/** What a track says of a frame: its row, or the one between two key frames; null where it says nothing. */
export function rowAt({ rows, isKeyed }: Pick<ReviewTrack, 'rows' | 'isKeyed'>, frame: number): Row | null {
  const at = lastNotAfter(rows, frame);
  const row = rows[at];
  if (row === undefined) return null;
  if (row[0] === frame) return row;
  const next = rows[at + 1];
  return isKeyed && next !== undefined ? between(row, next, frame) : null;
}

/** A row for each frame of a track; for one that has them already, its own. */
export function everyRow(track: Pick<ReviewTrack, 'rows' | 'isKeyed'>): readonly Row[] {
  if (!track.isKeyed) return track.rows;
  const { firstFrame, lastFrame } = rangeOf(track);
  return framesFrom(firstFrame, lastFrame).map((frame) => rowAt(track, frame)!);
}

/** Rows `a` with those of `b` instead, from the first of `b` to its last. */
export function replaced(a: readonly Row[], b: readonly Row[]): Row[] {
  const { firstFrame, lastFrame } = rangeOf({ rows: b });
  return [...before(a, firstFrame), ...b, ...from(a, lastFrame + 1)];
}

/** Those before a frame. */
export function before(rows: readonly Row[], frame: number): readonly Row[] {
  return rows.slice(0, lastNotAfter(rows, frame - 1) + 1);
}

/** Those from a frame on. */
export function from(rows: readonly Row[], frame: number): readonly Row[] {
  return rows.slice(lastNotAfter(rows, frame - 1) + 1);
}

/** The box of a row in each of these frames. */
export function held(row: Row, firstFrame: number, lastFrame: number): Row[] {
  const [, x, y, width, height] = row;
  return framesFrom(firstFrame, lastFrame).map((frame) => [frame, x, y, width, height, BY_HAND]);
}

/** Rows from after `a` to before `b`, moving evenly. */
export function between(a: Row, b: Row, frame: number): Row {
  return rowOf(frame, lerpBox(boxOf(a), boxOf(b), (frame - a[0]) / (b[0] - a[0])));
}

/** The box of a row, pixels. */
export function boxOf([, x, y, width, height]: Row): Box {
  return { x, y, width, height };
}

/** A row drawn by hand, to tenths of a pixel. */
export function rowOf(frame: number, box: Box): Row {
  const { x, y, width, height } = roundBox(box);
  return [frame, x, y, width, height, BY_HAND];
}

/** Frames that follow each other, both ends included; none where the last comes before the first. */
export function framesFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Index of the last row that does not lie after a frame; −1 without one. By bisection: tracks have thousands. */
function lastNotAfter(rows: readonly Row[], frame: number): number {
  let [low, high] = [-1, rows.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (rows[middle]![0] <= frame) low = middle;
    else high = middle - 1;
  }
  return low;
}
