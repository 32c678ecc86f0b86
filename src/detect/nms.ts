import { iou, type Box } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';

/** From this overlap (IoU) on, a box votes on the place of the better one; below, it may belong to a neighbour. */
const VOTING_IOU = 0.5;

/** Exponent of the agreement between cells. */
const AGREEMENT = 0.7;

/**
 * Greedy non-maximum suppression: of faces that overlap by more than `threshold` (IoU), the one with the highest score
 * stays. Best first.
 */
export function suppress(faces: readonly Detection[], threshold: number): Detection[] {
  return grouped(faces, threshold).map(([best]) => best);
}

/**
 * NMS with voting, for all cells of a network on one picture. The box becomes the mean of its group, weighted by the
 * square of the score (Gidaris & Komodakis 2015). The odds of the highest score are multiplied by a power (AGREEMENT)
 * of the sum of scores: a face has high scores in many cells, a false detection often in a single one.
 */
export function vote(faces: readonly Detection[], threshold: number): Detection[] {
  return grouped(faces, threshold).map((group) => {
    const [best] = group;
    // An empty box overlaps with nothing, not even itself.
    const voters = group.filter((face) => face === best || iou(best.box, face.box) >= VOTING_IOU);
    return { box: mean(voters), score: agreed(best.score, voters) };
  });
}

type Group = [best: Detection, ...others: Detection[]];

function grouped(faces: readonly Detection[], threshold: number): Group[] {
  const groups: Group[] = [];
  // A separate list, because crowds have thousands of boxes to compare with these.
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

function agreed(score: number, voters: readonly Detection[]): number {
  const gain = voters.reduce((sum, voter) => sum + voter.score, 0) ** AGREEMENT;
  return (score * gain) / (1 - score + score * gain);
}

function mean(voters: readonly Detection[]): Box {
  const sum = { weight: 0, x: 0, y: 0, width: 0, height: 0 };
  for (const { box, score } of voters) {
    // Never zero, which would leave no mean.
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
