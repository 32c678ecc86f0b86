import { iou } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';

/** Overlap from which a face of one look is a face of the other. */
const SAME_FACE_IOU = 0.3;
/** Overlap of two faces of one look that pass in front of each other. */
const CROSSING_IOU = 0.1;
/** Score from which a face is seen well. */
const STRONG = 0.5;
/** Score below which something was refused, and tells no story. */
const WEAK = 0.2;

/**
 * Whether two looks one after the other tell different stories, so that a look in between is worth its time: a face
 * appears, vanishes, moves by much of its size, fades, or passes another. A scene cut is all of that.
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
