import { iou } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';

/** From this overlap on, faces of two looks count as the same. */
const SAME_FACE_IOU = 0.3;
/** From this overlap on, two faces of one look count as crossing. */
const CROSSING_IOU = 0.1;
/** Lowest score of a clear face. */
const STRONG = 0.5;
/** Lower scores were refused, and are ignored. */
const WEAK = 0.2;

/**
 * Whether two successive looks differ so much that an extra look in between is useful: a face appears, vanishes, moves
 * by much of its size, fades, or crosses another. At a scene cut all of that happens.
 */
export function disagree(earlier: readonly Detection[], later: readonly Detection[]): boolean {
  const [before, after] = [earlier, later].map((faces) => faces.filter(({ score }) => score >= WEAK)) as [
    Detection[],
    Detection[],
  ];
  return (
    before.some((face) => !isContinued(face, after)) ||
    after.some((face) => !isContinued(face, before)) ||
    hasCrossing(after)
  );
}

function isContinued(face: Detection, others: readonly Detection[]): boolean {
  return others.some(
    ({ box, score }) => iou(face.box, box) >= SAME_FACE_IOU && score >= STRONG === face.score >= STRONG,
  );
}

function hasCrossing(faces: readonly Detection[]): boolean {
  return faces.some((face, index) =>
    faces.slice(index + 1).some(({ box }) => iou(face.box, box) >= CROSSING_IOU),
  );
}
