import type { Detector } from './detector.ts';
import type { Engine } from '../inference/engine.ts';
import { decodeSsd } from './decoders/ssd.ts';
import { lookAtSizes } from './multi-scale.ts';
import { readSsdMobilenetV1 } from './networks/ssd-mobilenet-v1.ts';
import { padPicture } from './pad-image.ts';

/** Keeps cells and pixels aligned down to the second level, which finds all but the largest faces. */
const ALIGNMENT = 32;

/**
 * The SSD network in face-api, for comparison: slower than Veil's own, and with lower recall.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE, ENGINE_UNAVAILABLE
 */
export async function createSsdDetector(
  engine: Engine,
  options: { readonly name: string; readonly threshold: number },
): Promise<Detector> {
  const network = await readSsdMobilenetV1();
  const model = await engine.load(network);
  return {
    name: options.name,
    description: `${network.name} on ${engine.name} (${engine.provider})`,
    // Its scores are low for many faces, especially large ones.
    traits: {
      cost: 'heavy',
      nearLooks: [256, 512],
      largestFace: Infinity,
      confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.7 },
    },
    detect: (pictures, atLeast) =>
      lookAtSizes(
        pictures,
        async (picture) => decodeSsd(await model.run(padPicture(picture, ALIGNMENT)), options.threshold),
        { atLeast },
      ),
    close: () => model.close(),
  };
}
