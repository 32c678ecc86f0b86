import { lerpBox, roundBox, type Box } from '../frame/box.ts';
import type { FrameRange } from '../frame/track.ts';
import { ORIGINS } from './track-record.ts';

/** A row of a track: frame, then x, y, width, height in pixels of the displayed picture, then an origin's index. */
export type Row = readonly [
  frame: number,
  x: number,
  y: number,
  width: number,
  height: number,
  ...origin: readonly number[],
];

/** The rows of a track: of single frames; or, if keyed, of key frames between which its box is interpolated. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly isKeyed: boolean;
}

export const BY_HAND: number = ORIGINS.indexOf('manual');
export const DETECTED: number = ORIGINS.indexOf('detected');

/** Whether a detector or a person saw a head there. A row without an origin is manual. */
export function isCertain([, , , , , origin = BY_HAND]: Row): boolean {
  return origin === DETECTED || origin === BY_HAND;
}

/** First and last frame of a track. */
export function rangeOf({ rows }: Pick<Rows, 'rows'>): FrameRange {
  return { firstFrame: rows[0]![0], lastFrame: rows.at(-1)![0] };
}

/** The row of a track in a frame, or one interpolated between key frames; null if there is none. */
export function rowAt({ rows, isKeyed }: Rows, frame: number): Row | null {
  const at = lastNotAfter(rows, frame);
  const row = rows[at];
  if (row === undefined) return null;
  if (row[0] === frame) return row;
  const next = rows[at + 1];
  return isKeyed && next !== undefined ? between(row, next, frame) : null;
}

/** The row of a frame, interpolated between `a` and `b`. */
export function between(a: Row, b: Row, frame: number): Row {
  return rowOf(frame, lerpBox(boxOf(a), boxOf(b), (frame - a[0]) / (b[0] - a[0])));
}

/** The box of a row, pixels. */
export function boxOf([, x, y, width, height]: Row): Box {
  return { x, y, width, height };
}

/** A manual row, rounded to tenths of a pixel. */
export function rowOf(frame: number, box: Box): Row {
  const { x, y, width, height } = roundBox(box);
  return [frame, x, y, width, height, BY_HAND];
}

/** Index of the last row at or before a frame; −1 if there is none. By bisection: tracks have thousands of rows. */
export function lastNotAfter(rows: readonly Row[], frame: number): number {
  let [low, high] = [-1, rows.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (rows[middle]![0] <= frame) low = middle;
    else high = middle - 1;
  }
  return low;
}
