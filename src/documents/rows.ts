import { lerpBox, roundBox, type Box } from '../frame/box.ts';
import type { FrameRange } from '../frame/track.ts';
import { ORIGINS } from './track-record.ts';

/** A row of a track: frame, then x, y, width, height in pixels of the picture as shown, then the index of an origin. */
export type Row = readonly [
  frame: number,
  x: number,
  y: number,
  width: number,
  height: number,
  ...origin: readonly number[],
];

/** The rows of a track: of single frames; or, where it is keyed, of key frames between which its box moves evenly. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly isKeyed: boolean;
}

export const BY_HAND: number = ORIGINS.indexOf('manual');
export const DETECTED: number = ORIGINS.indexOf('detected');

/** Whether somebody saw a head there: a detector, or a person. A row without an origin was drawn by hand. */
export function isCertain([, , , , , origin = BY_HAND]: Row): boolean {
  return origin === DETECTED || origin === BY_HAND;
}

/** First and last frame of a track. */
export function rangeOf({ rows }: Pick<Rows, 'rows'>): FrameRange {
  return { firstFrame: rows[0]![0], lastFrame: rows.at(-1)![0] };
}

/** What a track says of a frame: its row, or the one between two key frames; null where it says nothing. */
export function rowAt({ rows, isKeyed }: Rows, frame: number): Row | null {
  const at = lastNotAfter(rows, frame);
  const row = rows[at];
  if (row === undefined) return null;
  if (row[0] === frame) return row;
  const next = rows[at + 1];
  return isKeyed && next !== undefined ? between(row, next, frame) : null;
}

/** The row of a frame between those of `a` and `b`, moving evenly from one to the other. */
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

/** Index of the last row that does not lie after a frame; −1 without one. By bisection: tracks have thousands. */
export function lastNotAfter(rows: readonly Row[], frame: number): number {
  let [low, high] = [-1, rows.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (rows[middle]![0] <= frame) low = middle;
    else high = middle - 1;
  }
  return low;
}
