import { BY_HAND, lastNotAfter, rangeOf, rowAt, type Row, type Rows } from '../documents/rows.ts';

/** A row for each frame of a track: interpolated between key frames, or its own rows. */
export function everyRow(track: Rows): readonly Row[] {
  if (!track.isKeyed) return track.rows;
  const { firstFrame, lastFrame } = rangeOf(track);
  return framesFrom(firstFrame, lastFrame).map((frame) => rowAt(track, frame)!);
}

/** Replaces the rows of `a` with those of `b`, from the first frame of `b` to its last. */
export function replaced(a: readonly Row[], b: readonly Row[]): Row[] {
  const { firstFrame, lastFrame } = rangeOf({ rows: b });
  return [...before(a, firstFrame), ...b, ...from(a, lastFrame + 1)];
}

export function before(rows: readonly Row[], frame: number): readonly Row[] {
  return rows.slice(0, lastNotAfter(rows, frame - 1) + 1);
}

export function from(rows: readonly Row[], frame: number): readonly Row[] {
  return rows.slice(lastNotAfter(rows, frame - 1) + 1);
}

/** Repeats the box of a row in each of these frames. */
export function held(row: Row, firstFrame: number, lastFrame: number): Row[] {
  return framesFrom(firstFrame, lastFrame).map((frame) => movedTo(row, frame));
}

/** The box of a row, in another frame. */
export function movedTo([, x, y, width, height]: Row, frame: number): Row {
  return [frame, x, y, width, height, BY_HAND];
}

/** Frame numbers from first to last, both included; none if the last is smaller. */
export function framesFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
