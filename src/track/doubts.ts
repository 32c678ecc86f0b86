import { lerpBox, type Box } from '../frame/box.ts';
import type { Doubt, Sighting, UncertaintyReason } from '../frame/track.ts';
import type { FrameDetection, Tracklet } from './tracklet.ts';

/** Facts about the surroundings of a tracklet. */
export interface Surroundings {
  /** Of the tracklet's scene, as far as it got looks. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Frames between looks. */
  readonly step: number;
  readonly frameRate: number;
  /** Size of the picture, pixels. */
  readonly width: number;
  readonly height: number;
}

/** An undetected face is possible for this long before the first and after the last detection, seconds. */
const BEYOND = 1;

/**
 * Logistic model of the probability that a tracklet shows a face, as log-odds: a bias, weights of the best score and of
 * the number of detections, and a penalty for a face as high as a fifth of the picture, which a detector sees well.
 */
const FACE = { bias: -3.4, score: 0.8, seen: 0.7, large: -1.5 };

/** Probability per look that a face leaves or is occluded. */
const LEAVES = 0.3;

/**
 * Probability, 0…1, that a tracklet shows a face.
 *
 * @param size height of the face, as a share of a large one
 */
export function faceChance({ score, count }: Pick<Tracklet, 'score' | 'count'>, size: number): number {
  const best = Math.log(score / Math.max(1e-6, 1 - score));
  const large = FACE.large * Math.min(1, size);
  return 1 / (1 + Math.exp(-(FACE.bias + FACE.score * best + FACE.seen * Math.log(count) + large)));
}

/** Whether a face may have been visible before a tracklet; `before` is the same person's previous tracklet, if any. */
export function startDoubt(path: Tracklet, before: Tracklet | null, around: Surroundings): Doubt | null {
  const { first } = path;
  if (before !== null && before.last.frame < first.frame) return gapDoubt(before, path, around);
  const miss = missChance(path, first);
  const sightings = stepsFrom(first.frame, -1, around).map(({ frame, looks }) => ({
    frame,
    box: path.predictBack(frame),
    chance: stillThere(miss, looks),
  }));
  return doubtOf(path.id, 'started-in-open', sightings.reverse(), around);
}

/** Whether a face may still be visible after a tracklet ends. */
export function endDoubt(path: Tracklet, around: Surroundings): Doubt | null {
  const miss = missChance(path, path.last);
  const sightings = stepsFrom(path.last.frame, 1, around).map(({ frame, looks }) => ({
    frame,
    box: path.predict(frame),
    chance: stillThere(miss, looks),
  }));
  return doubtOf(path.id, path.count === 1 ? 'seen-once' : 'ended-in-open', sightings, around);
}

/** A dismissed face, between the first and the last frame in which it would have been covered. */
export function openDoubt(
  path: Tracklet,
  [from, to]: readonly [number, number],
  around: Surroundings,
): Doubt | null {
  const seen = path.trace ?? path.detections;
  const sightings: Sighting[] = [];
  for (let frame = from; frame <= to; frame += around.step) {
    sightings.push({ frame, box: boxBetween(seen, frame), chance: 1 });
  }
  return doubtOf(path.id, 'dismissed', sightings, { ...around, lastFrame: Math.min(to, around.lastFrame) });
}

/** A doubt, weighted with the probability that the tracklet shows a face. */
export function weighed(doubt: Doubt, chance: number): Doubt {
  const sightings = doubt.sightings.map((each) => ({ ...each, chance: each.chance * chance }));
  return { ...doubt, sightings };
}

/** The doubt between two tracklets of one person. */
function gapDoubt(before: Tracklet, after: Tracklet, around: Surroundings): Doubt | null {
  const [from, to] = [before.last, after.first];
  const miss = Math.max(missChance(before, from), missChance(after, to));
  const chance = stillThere(miss, (to.frame - from.frame) / around.step);
  const sightings = stepsFrom(from.frame, 1, { ...around, lastFrame: to.frame - 1 }).map(({ frame }) => ({
    frame,
    box: boxBetween([from, to], frame),
    chance,
  }));
  return doubtOf(after.id, 'long-gap', sightings, around);
}

/** Probability that a look misses a tracklet's face: from its missed looks, and from its score at one end. */
function missChance(path: Tracklet, end: FrameDetection): number {
  const looks = path.last.look - path.first.look + 1;
  return Math.max((looks - path.count + 0.25) / (looks + 2.5), 0.3 * (1 - end.score) ** 2);
}

/** Probability that a face is still there after it was not detected in several looks: missed each time, not gone. */
function stillThere(miss: number, looks: number): number {
  const missed = (miss * (1 - LEAVES)) ** looks;
  const gone = (LEAVES * (1 - missed)) / (1 - miss * (1 - LEAVES));
  return missed / (missed + gone);
}

function stepsFrom(
  start: number,
  direction: 1 | -1,
  { firstFrame, lastFrame, step, frameRate }: Surroundings,
): { readonly frame: number; readonly looks: number }[] {
  const count = Math.ceil((BEYOND * frameRate) / step);
  return Array.from({ length: count }, (_, index) => ({
    frame: start + direction * (index + 1) * step,
    looks: index + 1,
  })).filter(({ frame }) => frame >= firstFrame && frame <= lastFrame);
}

function boxBetween(seen: readonly FrameDetection[], frame: number): Box {
  const index = seen.findLastIndex((each) => each.frame <= frame);
  const [before, after] = [seen[Math.max(0, index)]!, seen[index + 1]];
  if (index === -1 || after === undefined) return before.box;
  return lerpBox(before.box, after.box, (frame - before.frame) / (after.frame - before.frame));
}

/** Null if none of it can be inside the picture. */
function doubtOf(
  trackId: number,
  reason: UncertaintyReason,
  sightings: readonly Sighting[],
  { width, height, step, lastFrame }: Surroundings,
): Doubt | null {
  const inside = sightings.filter(({ box }) => {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    return x > 0 && x < width && y > 0 && y < height;
  });
  const [first, last] = [inside[0], inside.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    ...{ trackId, reason, sightings: inside, firstFrame: first.frame },
    lastFrame: Math.min(lastFrame, last.frame + step - 1),
  };
}
