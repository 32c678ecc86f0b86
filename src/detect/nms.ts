import { iou, type Box } from '../frame/box.ts';
import type { Face } from '../frame/face.ts';

/** Overlap (IoU) from which a box has a say in where the better one is; below, it may be of a neighbour. */
const VOTING_IOU = 0.5;

/**
 * Greedy non-maximum suppression: of faces that overlap by more than `threshold` (IoU) the one with the highest
 * score stays. Best first.
 */
export function suppress(faces: readonly Face[], threshold: number): Face[] {
  return grouped(faces, threshold).map(([best]) => best);
}

/**
 * The same with box voting (Gidaris & Komodakis 2015), for what all cells of a network say of one picture: the highest
 * score stays, its box becomes the mean of those that it stands for, each weighted by the square of its score.
 */
export function vote(faces: readonly Face[], threshold: number): Face[] {
  return grouped(faces, threshold).map((group) => ({ box: mean(group), score: group[0].score }));
}

type Group = [best: Face, ...others: Face[]];

function grouped(faces: readonly Face[], threshold: number): Group[] {
  const groups: Group[] = [];
  const bests = new Float64Array(4 * faces.length);
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    const { x, y, width, height } = face.box;
    const group = groups[firstOverlapping(bests.subarray(0, 4 * groups.length), face.box, threshold)];
    if (group === undefined) {
      bests.set([x, y, x + width, y + height], 4 * groups.length);
      groups.push([face]);
    } else group.push(face);
  }
  return groups;
}

/**
 * Index of the first box of [left, top, right, bottom, …] that overlaps by more than `threshold` (IoU), or -1. Plain
 * numbers, since a picture of a crowd has thousands of them, to be compared with each other.
 */
function firstOverlapping(boxes: Float64Array, { x, y, width, height }: Box, threshold: number): number {
  const [right, bottom] = [x + width, y + height];
  for (let at = 0; at < boxes.length; at += 4) {
    const left = boxes[at]!;
    const across = Math.min(right, boxes[at + 2]!) - Math.max(x, left);
    if (!(across > 0)) continue;
    const top = boxes[at + 1]!;
    const down = Math.min(bottom, boxes[at + 3]!) - Math.max(y, top);
    if (!(down > 0)) continue;
    const shared = across * down;
    const area = (boxes[at + 2]! - left) * (boxes[at + 3]! - top);
    if (shared > threshold * (area + width * height - shared)) return at / 4;
  }
  return -1;
}

function mean(group: Group): Box {
  const [best] = group;
  const sum = { weight: 0, x: 0, y: 0, width: 0, height: 0 };
  for (const face of group) {
    // An empty box overlaps with nothing, itself included.
    if (face !== best && iou(best.box, face.box) < VOTING_IOU) continue;
    const { box, score } = face;
    // Never nothing, which would leave no mean.
    const weight = Math.max(score, Number.EPSILON) ** 2;
    sum.weight += weight;
    sum.x += weight * box.x;
    sum.y += weight * box.y;
    sum.width += weight * box.width;
    sum.height += weight * box.height;
  }
  return {
    x: sum.x / sum.weight,
    y: sum.y / sum.weight,
    width: sum.width / sum.weight,
    height: sum.height / sum.weight,
  };
}
