import type { FrameRange } from '../frame/track.ts';
import { isCertain, type Row } from './rows.ts';

/** Longest run of frames without a sighting of a kept head; after more, the track may show another person. */
const LONGEST_UNSEEN = 15;

/**
 * Where a kept person is covered again, because the track may have switched to another person: after more than
 * {@link LONGEST_UNSEEN} frames without a detection or a manual row, including these frames, and after frames without a
 * row; each time up to the end. Before the first sighting, up to that. At manual joins, each part counts separately.
 *
 * @param rows of single frames, ascending
 * @param joined frames at which manually joined parts begin
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

/** The first frame after a gap in the rows. */
function firstHole(rows: readonly Row[]): number {
  return rows.find(([frame], at) => at > 0 && frame > rows[at - 1]![0] + 1)?.[0] ?? Infinity;
}

/** The first frame after a sighting that is followed by too many frames without one. */
function firstUnseen(certain: readonly Row[], last: number): number {
  const seen = certain.find(([frame], at) => (certain[at + 1]?.[0] ?? last + 1) - frame - 1 > LONGEST_UNSEEN);
  return seen === undefined ? Infinity : seen[0] + 1;
}
