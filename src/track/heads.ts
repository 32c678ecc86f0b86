import { area, unionBox, type Box } from '../frame/box.ts';
import type { TrackBox, TrackBoxOrigin } from '../frame/track.ts';
import { sharedPart } from './people.ts';

/** The box of a path, with the number of the person that it shows. */
export interface PathBox {
  readonly personId: number;
  readonly box: TrackBox;
}

/** Share of the smaller box that lies in the larger one where the two become one. */
const TOGETHER = 0.3;

/** A box around two covers at most this much more than the larger one. */
const LARGEST_UNION = 1.6;

const ORIGINS: readonly TrackBoxOrigin[] = ['detected', 'interpolated', 'filled', 'manual'];

/**
 * One box for each person in a frame: around the boxes of all paths that show them. A path that is somewhere else after
 * all keeps its own number, so that nothing is covered less than by the paths alone.
 */
export function headsOf(boxes: readonly PathBox[]): TrackBox[] {
  const heads = new Map<number, TrackBox>();
  const apart: TrackBox[] = [];
  // The path whose number a person has comes before all that may need one of their own. It need not be the lowest:
  // which person a path shows is decided when its first box leaves.
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
