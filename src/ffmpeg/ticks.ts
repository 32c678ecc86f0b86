import type { Rational } from '../frame/frame.ts';

/** Longer ticks can't tell times of frames, seconds: Matroska, with a millisecond, can. */
const LONGEST = 0.001;

/** Fractions have at least so many ticks a second. */
const FINE = 10_000;

/** Whether a tick is so long that times between frames are lost. */
export function isLong({ num, den }: Rational): boolean {
  return num / den > LONGEST;
}

/** A fraction of a tick: all times in ticks are whole numbers of it. */
export function fractionOf({ den }: Rational): Rational {
  let ticks = den;
  while (ticks < FINE) ticks *= 2;
  return { num: 1, den: ticks };
}
