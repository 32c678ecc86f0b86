import type { FrameRange } from '../frame/track.ts';
import { isCertain, type Row } from './rows.ts';

/** Frames in a row for which nobody has to have seen a head that is kept visible; after more it may be another one. */
const LONGEST_UNSEEN = 15;

/**
 * Where a kept person is covered again, because the track may have gone over to somebody else: after more than
 * {@link LONGEST_UNSEEN} frames in which neither a detector nor a hand saw it, these frames included, and after frames
 * without a row. Each from there to the end; before the first sighting, to that one. Where a hand joined two tracks,
 * each part stands for itself.
 *
 * @param rows of single frames, rising
 * @param joined frames at which a part begins that a hand joined
 */
export function unsureRanges(rows: readonly Row[], joined: readonly number[]): FrameRange[] {
  return partsOf(rows, joined).flatMap((part) => {
    const certain = part.filter(isCertain);
    const [first, last] = [part[0]![0], part.at(-1)![0]];
    const firstSeen = certain[0]?.[0] ?? last + 1;
    const lead = firstSeen - first > LONGEST_UNSEEN ? [{ firstFrame: first, lastFrame: firstSeen - 1 }] : [];
    const from = Math.min(firstHole(part), firstUnseen(certain, last));
    return from > last ? lead : [...lead, { firstFrame: from, lastFrame: last }];
  });
}

function partsOf(rows: readonly Row[], joined: readonly number[]): Row[][] {
  const starts = new Set(joined);
  const parts: Row[][] = [];
  for (const row of rows) {
    if (parts.length === 0 || starts.has(row[0])) parts.push([]);
    parts.at(-1)!.push(row);
  }
  return parts;
}

/** The first frame after frames without a row. */
function firstHole(rows: readonly Row[]): number {
  return rows.find(([frame], at) => at > 0 && frame > rows[at - 1]![0] + 1)?.[0] ?? Infinity;
}

/** The first frame after a sighting that is followed by too many frames without one. */
function firstUnseen(certain: readonly Row[], last: number): number {
  const seen = certain.find(([frame], at) => (certain[at + 1]?.[0] ?? last + 1) - frame - 1 > LONGEST_UNSEEN);
  return seen === undefined ? Infinity : seen[0] + 1;
}
