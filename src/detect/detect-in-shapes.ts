import { scaleDetections, type Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import type { Detector } from './detector.ts';
import { SAME_FACE_IOU } from './multi-scale.ts';
import { suppress } from './nms.ts';

/** Rounding changes the aspect ratio of small pictures by less; pictures of two shapes differ by more. */
const SAME_ASPECT = 1.5;

/**
 * Detects faces in pictures of one moment in one or more shapes, such as with and without the file's pixel aspect
 * ratio. Pictures of one shape are adjacent, largest first.
 *
 * @returns faces in pixels of the first picture, as in {@link Detector.detect}
 * @throws VeilError DETECTOR_FAILED
 */
export async function detectInShapes(
  detector: Pick<Detector, 'detect'>,
  pictures: readonly Picture[],
): Promise<Detection[]> {
  const shapes = byShape(pictures);
  if (shapes.length < 2) return detector.detect(pictures);
  const all: Detection[] = [];
  for (const shape of shapes) {
    all.push(...scaleDetections(await detector.detect(shape), shape[0]!, pictures[0]!));
  }
  return suppress(all, SAME_FACE_IOU);
}

function byShape(pictures: readonly Picture[]): Picture[][] {
  const shapes: Picture[][] = [];
  for (const picture of pictures) {
    const last = shapes.at(-1)?.[0];
    if (last !== undefined && isSameShape(last, picture)) shapes.at(-1)!.push(picture);
    else shapes.push([picture]);
  }
  return shapes;
}

function isSameShape(a: Picture, b: Picture): boolean {
  const ratio = (a.width * b.height) / (a.height * b.width);
  return Math.max(ratio, 1 / ratio) < SAME_ASPECT;
}
