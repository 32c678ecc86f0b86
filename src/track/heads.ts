import { area, unionBox, type Box } from '../frame/box.ts';
import type { TrackBox, TrackBoxOrigin } from '../frame/track.ts';
import { sharedPart } from './people.ts';

/** The box of a tracklet, with the number of its person. */
export interface PathBox {
  readonly personId: number;
  readonly box: TrackBox;
}

/** Boxes are merged if the larger one contains at least this share of the smaller one. */
const TOGETHER = 0.3;

/** A merged box has at most this many times the area of the larger one. */
const LARGEST_UNION = 1.6;

const ORIGINS: readonly TrackBoxOrigin[] = ['detected', 'interpolated', 'filled', 'manual'];

/**
 * One box per person and frame, around the boxes of all tracklets of that person. A tracklet that turns out to be
 * elsewhere keeps its own number, so that no box covers less than the tracklets alone.
 */
export function headsOf(boxes: readonly PathBox[]): TrackBox[] {
  const heads = new Map<number, TrackBox>();
  const apart: TrackBox[] = [];
  // The tracklet that gave the person its number comes before others, which may need a number of their own. It need not
  // have the lowest number: the person of a tracklet is decided when its first box is released.
  const isOwn = ({ personId, box }: PathBox): number => (personId === box.trackId ? 0 : 1);
  for (const { personId, box } of boxes.toSorted(
    (a, b) => isOwn(a) - isOwn(b) || a.box.trackId - b.box.trackId,
  )) {
    const head = heads.get(personId);
    if (head === undefined) heads.set(personId, { ...box, trackId: personId });
    else if (isTogether(head.box, box.box)) heads.set(personId, joined(head, box));
    else apart.push(box);
  }
  return [...heads.values(), ...apart];
}

function isTogether(a: Box, b: Box): boolean {
  return sharedPart(a, b) >= TOGETHER && area(unionBox(a, b)) <= LARGEST_UNION * Math.max(area(a), area(b));
}

function joined(a: TrackBox, b: TrackBox): TrackBox {
  const known = ORIGINS.indexOf(a.origin) <= ORIGINS.indexOf(b.origin) ? a : b;
  return { ...known, trackId: a.trackId, box: unionBox(a.box, b.box), score: Math.max(a.score, b.score) };
}
