import type { Rational } from '../frame/frame.ts';

/** Cameras and broadcasters use pixel aspect ratios of up to 2:1; larger ones are hardly intended. */
export const LARGEST_STRETCH = 2;

/** Whether the pixel aspect ratio is so extreme that the picture may be meant to be viewed as stored. */
export function isDoubtfulShape({ num, den }: Rational): boolean {
  return Math.max(num / den, den / num) > LARGEST_STRETCH;
}

/** Warning about such pixels, a sentence. */
export function doubtfulShapeText({ num, den }: Rational): string {
  return (
    `The file asks for pixels ${num}:${den} as wide as high, which no camera makes. Faces were looked for in the ` +
    'picture as stored and as shown: look through the output before you publish it.'
  );
}
