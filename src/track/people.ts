import { area, intersectionArea, type Box } from '../frame/box.ts';
import { distance, sizeOf, type Tracklet } from './tracklet.ts';

/** Two boxes show one head if the larger contains at least this share of the smaller one. */
const SAME_HEAD = 0.6;

/** Longest time that a person may be occluded, turned away or missed and still count as the same, seconds. */
export const LONGEST_ABSENCE = 3;

/** Two ends with a larger size ratio are not the same head. */
const LARGEST_RATIO = 1.6;

/** Maximum distance of a person from the expected place, in head sizes: at a detection, and per second since. */
const REACH = { atOnce: 0.8, perSecond: 0.6 };

type BoxIn = (path: Tracklet, frame: number) => Box | null;

/**
 * Which person each tracklet shows. This is decided once, when the first box of a tracklet is released: a tracklet on
 * the head of another is the same person, and so is one that begins where another is expected by now.
 */
export class People {
  readonly #frameRate: number;
  readonly #ids = new Map<Tracklet, number>();

  constructor(frameRate: number) {
    this.#frameRate = frameRate;
  }

  /** Number of the person of a tracklet, once that is decided. */
  idOf(path: Tracklet): number | undefined {
    return this.#ids.get(path);
  }

  /**
   * Decides which person a tracklet shows.
   *
   * @param others tracklets of the same scene
   * @returns another tracklet of the same person, or null
   */
  decide(path: Tracklet, others: readonly Tracklet[], boxIn: BoxIn): Tracklet | null {
    const decided = others.filter((other) => other !== path && this.#ids.has(other));
    const same = this.#onSameHead(path, decided, boxIn) ?? this.#continued(path, decided);
    this.#ids.set(path, same === null ? path.id : this.#ids.get(same)!);
    return same;
  }

  forget(path: Tracklet): void {
    this.#ids.delete(path);
  }

  #onSameHead(path: Tracklet, others: readonly Tracklet[], boxIn: BoxIn): Tracklet | null {
    let best: { readonly other: Tracklet; readonly share: number } | null = null;
    for (const other of others) {
      const shares = path.detections.flatMap(({ frame, box }) => {
        const there = boxIn(other, frame);
        return there === null ? [] : [sharedPart(box, there)];
      });
      if (shares.length === 0) continue;
      const share = shares.reduce((sum, each) => sum + each, 0) / shares.length;
      if (share >= SAME_HEAD && share > (best?.share ?? 0)) best = { other, share };
    }
    return best?.other ?? null;
  }

  /** The tracklet that this one continues: it has ended, and no other tracklet shows its person by now. */
  #continued(path: Tracklet, others: readonly Tracklet[]): Tracklet | null {
    const present = new Set(
      others.filter(({ last }) => last.frame >= path.first.frame).map((other) => this.#ids.get(other)),
    );
    let best: { readonly other: Tracklet; readonly cost: number } | null = null;
    for (const other of others) {
      const gap = path.first.frame - other.last.frame;
      if (gap <= 0 || gap > LONGEST_ABSENCE * this.#frameRate || present.has(this.#ids.get(other))) continue;
      const cost = continuationCost(other, path, gap / this.#frameRate);
      if (cost < 1 && cost < (best?.cost ?? Infinity)) best = { other, cost };
    }
    return best?.other ?? null;
  }
}

/** Share of the smaller of two boxes inside the other, 0…1. */
export function sharedPart(a: Box, b: Box): number {
  return intersectionArea(a, b) / Math.min(area(a), area(b));
}

/** 0 (at the predicted place, with equal size) to 1 (too far) or more. */
function continuationCost(before: Tracklet, after: Tracklet, seconds: number): number {
  const [from, to] = [sizeOf(before.last.box), sizeOf(after.first.box)];
  if (Math.max(from, to) > LARGEST_RATIO * Math.min(from, to)) return Infinity;
  const away =
    distance(before.predict(after.first.frame), after.first.box) +
    distance(after.predictBack(before.last.frame), before.last.box);
  return away / 2 / Math.max(from, to) / (REACH.atOnce + REACH.perSecond * seconds);
}
