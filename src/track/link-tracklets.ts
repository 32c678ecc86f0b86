import { iou } from '../frame/box.ts';
import { distance, sizeOf, type Tracklet } from './tracklet.ts';

/** Longest occlusion after which a face still counts as the same, seconds. */
const LONGEST = 3;

/** Maximum error of a link, in face sizes, both ends together. */
const TOLERANCE = 1.5;

/** Two ends with a larger size ratio are not the same face. */
const LARGEST_RATIO = 1.6;

/**
 * Links tracklets of one scene across a gap if the forward prediction of the first meets the second, and the backward
 * prediction of the second meets the first. Best matches first; each end is linked once.
 *
 * @param paths sorted by first detection
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
  // No overlap with either prediction: they are two faces, however close.
  if (iou(forward, after.first.box) === 0 && iou(backward, before.last.box) === 0) return Infinity;
  return (distance(forward, after.first.box) + distance(backward, before.last.box)) / size;
}
