import { intersectionArea, scaleBox } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import { VeilError } from '../errors.ts';
import { suppress, vote } from './nms.ts';

/** From this overlap on, two boxes count as one face, in one picture or in several. */
export const SAME_FACE_IOU = 0.4;

/** Lowest score of a voting box, as a share of the lowest accepted score. */
const VOTER_SHARE = 0.5;

/**
 * Runs a detector on each picture and merges the results, in pixels of the first. Ignores faces in the padding of
 * pictures.
 *
 * @param look detects faces in one picture; it may omit scores below `least`
 * @param options.largest side, in pixels of the picture, of the largest face accepted from any but the smallest
 *   picture: a network trained on small faces takes shirts and walls for large ones, and the next picture shows the
 *   face smaller
 * @param options.largestShare the same as a share of the picture's longer side, 0…1: a small picture shows a large face
 *   as a whole, with its surroundings
 * @param options.smallest side, in pixels of the picture, of the smallest face accepted from any but the largest
 *   picture: tiny detections are mostly false, and the previous picture shows them larger
 * @param options.atLeast lowest accepted score
 * @param options.votes whether all boxes of one face in a picture, from VOTER_SHARE of `atLeast` on, determine its
 *   place and score, instead of only the best one
 * @throws VeilError DETECTOR_FAILED if a picture is invalid
 */
export async function lookAtSizes(
  pictures: readonly Picture[],
  look: (picture: Picture, least: number) => Promise<Detection[]>,
  {
    largest = Infinity,
    largestShare = 1,
    smallest = 0,
    atLeast = 0,
    votes = false,
  }: {
    readonly largest?: number;
    readonly largestShare?: number;
    readonly smallest?: number;
    readonly atLeast?: number | undefined;
    readonly votes?: boolean;
  } = {},
): Promise<Detection[]> {
  const [first] = pictures;
  if (first === undefined) throw new VeilError('DETECTOR_FAILED', 'The detector got no image.');
  const voterScore = votes ? VOTER_SHARE * atLeast : atLeast;
  const all: Detection[] = [];
  for (const [index, picture] of pictures.entries()) {
    checkPicture(picture);
    const longSide = Math.max(picture.width, picture.height);
    const most = index === pictures.length - 1 ? Infinity : Math.min(largest, largestShare * longSide);
    const least = index === 0 ? 0 : smallest;
    const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
    const scaleX = first.width / picture.width;
    const scaleY = first.height / picture.height;
    const seen = (await look(picture, voterScore)).filter(({ box, score }) => {
      const side = Math.max(box.width, box.height);
      return !(score < voterScore || side > most || side < least) && intersectionArea(box, whole) > 0;
    });
    for (const { box, score } of votes ? vote(seen, SAME_FACE_IOU) : seen) {
      if (!(score < atLeast)) all.push({ box: scaleBox(box, scaleX, scaleY), score });
    }
  }
  return suppress(all, SAME_FACE_IOU);
}

/** @throws VeilError DETECTOR_FAILED if the number of bytes does not match the size */
export function checkPicture({ width, height, data }: Picture): void {
  if (width > 0 && height > 0 && data.length === 3 * width * height) return;
  throw new VeilError('DETECTOR_FAILED', `${data.length} bytes are not a picture of ${width}×${height}.`);
}
