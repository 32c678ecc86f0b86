import type { Rational } from '../frame/frame.ts';

/** Cameras and broadcasters write pixels up to twice as wide as high; what goes beyond is hardly meant to be shown so. */
export const LARGEST_STRETCH = 2;

/** Whether pixels are so wide or so narrow, by width / height, that a picture may be meant to be seen as it is stored. */
export function isDoubtfulShape({ num, den }: Rational): boolean {
  return Math.max(num / den, den / num) > LARGEST_STRETCH;
}

/** What the user should know of such pixels, a sentence. */
export function doubtfulShapeText({ num, den }: Rational): string {
  return (
    `The file asks for pixels ${num}:${den} as wide as high, which no camera makes. Faces were looked for in the ` +
    'picture as stored and as shown: look through the output before you publish it.'
  );
}
