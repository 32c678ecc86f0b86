import { intersectionArea, scaleBox } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import { VeilError } from '../errors.ts';
import { suppress, vote } from './nms.ts';

/** Overlap from which two boxes, found in one picture or in several, are one face. */
export const SAME_FACE_IOU = 0.4;

/** Voters may be less sure than what is taken must be: so many times. */
const VOTER_SHARE = 0.5;

/**
 * Looks at each picture and joins what was found, in pixels of the first. Faces in the margin that pictures are
 * padded with don't count.
 *
 * @param look what is found in one picture; scores below `least` are not needed
 * @param options.largest side, in pixels of the picture, of the largest face that is taken from any but the smallest
 *   picture: a network that was trained on small faces takes shirts and walls for large ones, and the next picture sees
 *   the same face smaller
 * @param options.largestShare the same as a share of the picture's longer side, 0…1: what fills much of a picture is seen as
 *   a whole where the picture is small, with what is around it
 * @param options.smallest side, in pixels of the picture, of the smallest face that is taken from any but the largest
 *   picture: what is tiny there is mostly none, and the picture before shows it larger
 * @param options.atLeast lowest score that is taken
 * @param options.votes whether all boxes of a picture that are one face, from VOTER_SHARE of `atLeast`, say where it is and
 *   how sure that is, instead of the surest alone
 * @throws VeilError DETECTOR_FAILED when a picture is none
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

function checkPicture({ width, height, data }: Picture): void {
  if (width > 0 && height > 0 && data.length === 3 * width * height) return;
  throw new VeilError('DETECTOR_FAILED', `${data.length} bytes are not a picture of ${width}×${height}.`);
}
