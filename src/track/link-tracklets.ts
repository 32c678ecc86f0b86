import { iou } from '../frame/box.ts';
import { distance, sizeOf, type Tracklet } from './tracklet.ts';

/** Seconds for which a face may be hidden and still be taken for the same. */
const LONGEST = 3;

/** Sizes that a link may be off, at both ends together. */
const TOLERANCE = 1.5;

/** Size ratio beyond which two ends are not the same face. */
const LARGEST_RATIO = 1.6;

/**
 * Joins paths of one scene that a pause interrupts: where the first would have gone on meets where the second would
 * have come from, looked at from either side. Best fits first; each end is joined once.
 *
 * @param paths by first detection
 * @returns pairs of a path and the one that continues it
 */
export function linkTracklets(
  paths: readonly Tracklet[],
  frameRate: number,
): (readonly [Tracklet, Tracklet])[] {
  const candidates: { before: Tracklet; after: Tracklet; cost: number }[] = [];
  for (const before of paths) {
    for (const after of paths) {
      const gap = after.first.frame - before.last.frame;
      if (gap <= 0 || gap > LONGEST * frameRate) continue;
      const cost = costOf(before, after);
      if (cost < TOLERANCE) candidates.push({ before, after, cost });
    }
  }
  const [ended, begun] = [new Set<Tracklet>(), new Set<Tracklet>()];
  const links: (readonly [Tracklet, Tracklet])[] = [];
  for (const { before, after } of candidates.sort((a, b) => a.cost - b.cost)) {
    if (ended.has(before) || begun.has(after)) continue;
    ended.add(before);
    begun.add(after);
    links.push([before, after]);
  }
  return links;
}

function costOf(before: Tracklet, after: Tracklet): number {
  const size = Math.min(sizeOf(before.last.box), sizeOf(after.first.box));
  if (Math.max(sizeOf(before.last.box), sizeOf(after.first.box)) > LARGEST_RATIO * size) return Infinity;
  const forward = before.predict(after.first.frame);
  const backward = after.predictBack(before.last.frame);
  // Beside each other in one frame: two faces, whatever the places say.
  if (iou(forward, after.first.box) === 0 && iou(backward, before.last.box) === 0) return Infinity;
  return (distance(forward, after.first.box) + distance(backward, before.last.box)) / size;
}
