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
  // Beside the groups, since crowds have thousands of boxes, which are all compared with these.
  const bests: Box[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    const group = groups[bests.findIndex((best) => iou(best, face.box) > threshold)];
    if (group === undefined) {
      groups.push([face]);
      bests.push(face.box);
    } else group.push(face);
  }
  return groups;
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
