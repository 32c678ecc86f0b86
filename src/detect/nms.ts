import { iou, type Box } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';

/** Overlap (IoU) from which a box has a say in where the better one is; below, it may be of a neighbour. */
const VOTING_IOU = 0.5;

/** How far it counts that many cells agree. */
const AGREEMENT = 0.7;

/**
 * Greedy non-maximum suppression: of faces that overlap by more than `threshold` (IoU) the one with the highest
 * score stays. Best first.
 */
export function suppress(faces: readonly Detection[], threshold: number): Detection[] {
  return grouped(faces, threshold).map(([best]) => best);
}

/**
 * The same with voting, for what all cells of a network say of one picture. The box becomes the mean of those that it stands
 * for, each weighted by the square of its score (Gidaris & Komodakis 2015). The odds of the highest score are multiplied by
 * a power (AGREEMENT) of the sum of their scores: of a face many cells are sure, of what only looks like one often a single
 * cell is.
 */
export function vote(faces: readonly Detection[], threshold: number): Detection[] {
  return grouped(faces, threshold).map((group) => {
    const [best] = group;
    // An empty box overlaps with nothing, itself included.
    const voters = group.filter((face) => face === best || iou(best.box, face.box) >= VOTING_IOU);
    return { box: mean(voters), score: agreed(best.score, voters) };
  });
}

type Group = [best: Detection, ...others: Detection[]];

function grouped(faces: readonly Detection[], threshold: number): Group[] {
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

function agreed(score: number, voters: readonly Detection[]): number {
  const gain = voters.reduce((sum, voter) => sum + voter.score, 0) ** AGREEMENT;
  return (score * gain) / (1 - score + score * gain);
}

function mean(voters: readonly Detection[]): Box {
  const sum = { weight: 0, x: 0, y: 0, width: 0, height: 0 };
  for (const { box, score } of voters) {
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
