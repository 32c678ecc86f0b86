import { lerpBox, type Box } from '../frame/box.ts';
import type { Doubt, Sighting, UncertaintyReason } from '../frame/track.ts';
import type { FrameDetection, Tracklet } from './tracklet.ts';

/** What is known around a path. */
export interface Surroundings {
  /** Of the path's scene, as far as it was looked at. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Frames from look to look. */
  readonly step: number;
  readonly frameRate: number;
  /** Size of the picture, pixels. */
  readonly width: number;
  readonly height: number;
}

/** Seconds before its first and after its last detection in which a face may be there unseen. */
const BEYOND = 1;

/**
 * How likely it is that a path shows a face, as log-odds: a bias, what the best score and the number of detections add,
 * and what is taken off a face as high as a fifth of the picture, which would be seen well if it were one.
 */
const FACE = { bias: -3.4, score: 0.8, seen: 0.7, large: -1.5 };

/** Share of the looks after which a face that was there has left, or is hidden. */
const LEAVES = 0.3;

/**
 * The chance, 0…1, that a path shows a face.
 *
 * @param size height of the face, as a share of what counts as large
 */
export function faceChance({ score, count }: Pick<Tracklet, 'score' | 'count'>, size: number): number {
  const best = Math.log(score / Math.max(1e-6, 1 - score));
  const large = FACE.large * Math.min(1, size);
  return 1 / (1 + Math.exp(-(FACE.bias + FACE.score * best + FACE.seen * Math.log(count) + large)));
}

/** Whether somebody may have been visible before a path begins; `before` is the path of the same person, if there is one. */
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

/** Whether somebody may still be visible after a path ends. */
export function endDoubt(path: Tracklet, around: Surroundings): Doubt | null {
  const miss = missChance(path, path.last);
  const sightings = stepsFrom(path.last.frame, 1, around).map(({ frame, looks }) => ({
    frame,
    box: path.predict(frame),
    chance: stillThere(miss, looks),
  }));
  return doubtOf(path.id, path.count === 1 ? 'seen-once' : 'ended-in-open', sightings, around);
}

/** What was seen and left open, between the first and the last frame in which it would have been covered. */
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

/** A doubt as it is where the path shows a face with this chance. */
export function weighed(doubt: Doubt, chance: number): Doubt {
  const sightings = doubt.sightings.map((each) => ({ ...each, chance: each.chance * chance }));
  return { ...doubt, sightings };
}

/** Between two paths of one person. */
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

/** The chance that a look misses the face of a path: from the looks that did, and from how well it was seen at an end. */
function missChance(path: Tracklet, end: FrameDetection): number {
  const looks = path.last.look - path.first.look + 1;
  return Math.max((looks - path.count + 0.25) / (looks + 2.5), 0.3 * (1 - end.score) ** 2);
}

/** The chance that a face is there that a number of looks did not see: it was missed each time, or is gone since one. */
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

/** Null where nothing of it can be in the picture. */
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
