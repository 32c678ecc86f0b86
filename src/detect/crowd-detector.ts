import { CLOSE_UP_SIDE } from './close-up.ts';
import { decodeVeilFace } from './decoders/veil-face.ts';
import type { Detector } from './detector.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import type { Engine } from '../inference/engine.ts';
import { lookAtSizes } from './multi-scale.ts';
import { readVeilFace, VEIL_CLOSE_UP_FILE, VEIL_FACE_FILE } from './networks/veil-face.ts';
import { padPicture } from './pad-image.ts';
import { withSecondOpinion } from './second-opinion.ts';

const BLANK = {
  width: CLOSE_UP_SIDE,
  height: CLOSE_UP_SIDE,
  data: new Uint8Array(3 * CLOSE_UP_SIDE * CLOSE_UP_SIDE),
};

/** Sides must be multiples of the coarsest stride. */
const ALIGNMENT = 32;

/** Larger faces are left to the smaller look, which has fewer false ones: pixels, and share of the long side. */
const LARGEST_FACE = 300;
const LARGEST_SHARE = 0.16;

/** Smaller faces are left to the larger look, which has far fewer false ones. */
const SMALLEST_FACE = 24;

/**
 * The detector for crowds: Veil's own network, and its second opinion.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE, ENGINE_UNAVAILABLE
 */
export async function createCrowdDetector(
  engine: Engine,
  { name, threshold }: { readonly name: string; readonly threshold: number },
): Promise<Detector> {
  const network = await readVeilFace();
  const model = await engine.load(network);
  const closer = await engine.load(await readVeilFace(VEIL_CLOSE_UP_FILE));
  // The trial run of a new detector uses an empty picture, which never reaches this network.
  await closer.run(BLANK);
  const look = async (picture: Picture, lowest: number): Promise<Detection[]> =>
    decodeVeilFace(await model.run(padPicture(picture, ALIGNMENT)), lowest);
  return {
    name,
    weightFiles: [VEIL_FACE_FILE, VEIL_CLOSE_UP_FILE],
    description: `${network.name} on ${engine.name} (${engine.provider})`,
    traits: {
      cost: 'light',
      nearLooks: [256, 512],
      largestFace: LARGEST_FACE,
      smallestFace: SMALLEST_FACE,
      confirmation: { seenOnce: 0.3, largeFace: 0.5, holdSeconds: 0.3 },
    },
    detect: async (pictures, atLeast = 0) => {
      const found = await lookAtSizes(pictures, look, {
        largest: LARGEST_FACE,
        largestShare: LARGEST_SHARE,
        smallest: SMALLEST_FACE,
        atLeast: Math.max(threshold, atLeast),
        votes: true,
      });
      const faces = await withSecondOpinion(pictures, found, closer);
      return faces.filter(({ score }) => score >= atLeast);
    },
    close: async () => {
      await model.close();
      await closer.close();
    },
  };
}
