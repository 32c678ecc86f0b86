import type { Detector, DetectorTraits } from '../../src/detect/detector.ts';

/** Traits of scripted detectors. */
export const SCRIPTED_TRAITS: DetectorTraits = {
  cost: 'heavy',
  confirmation: { seenOnce: 0.35, largeFace: 0, holdSeconds: 0.4 },
  nearLooks: [512],
  largestFace: Infinity,
};

/** A detector that finds the same two faces in every run: one moves, and one is missing in some looks. */
export function scriptedDetector(): Detector {
  let look = -1;
  return {
    name: 'scripted',
    description: 'test',
    traits: SCRIPTED_TRAITS,
    detect: ([picture]) => {
      look += 1;
      const { width, height } = picture!;
      const size = width / 8.3;
      const moving = { x: (0.2 + look * 0.031) * width, y: 0.3 * height, width: size, height: size * 1.27 };
      const flickering = { x: 0.7 * width, y: 0.11 * height, width: size / 2, height: size / 1.7 };
      const faces = [{ box: moving, score: 0.9 }];
      return Promise.resolve(look % 3 === 1 ? faces : [...faces, { box: flickering, score: 0.31 }]);
    },
    close: () => Promise.resolve(),
  };
}
