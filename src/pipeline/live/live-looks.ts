import type { ResolvedConfig } from '../../config/schema.ts';
import type { DetectorTraits } from '../../detect/detector.ts';

/** How a live picture is looked at. */
export interface LiveLooks {
  /** Long sides of all pictures that are taken of a frame, pixels, largest first. */
  readonly sizes: readonly number[];
  /** How many of them a look takes, from the largest on. */
  readonly usual: number;
  /** How many of them a look takes while the machine is overloaded, from the smallest on; null where that saves nothing. */
  readonly spared: number | null;
  /** Frames from one look to the next. */
  readonly interval: (frameRate: number) => number;
}

/** Looks a second. Faces cross less than their own size in between, and two cores have time for other things. */
const RATE = 15;

/** The picture for far faces: what a detector of that cost finishes, on two cores, well before a frame is due. */
const FAR = { light: 1024, heavy: 640 };

/** Share of the only picture that is left of it when a machine is overloaded. */
const SMALLER = 0.6;

/** What the config says, else what fits the detector. A heavy one has time for a single picture. */
export function planLiveLooks(
  { interval, sizes }: ResolvedConfig['look'],
  { cost, nearLooks, largestLook = Infinity }: DetectorTraits,
): LiveLooks {
  const wanted = sizes ?? (cost === 'light' ? [...nearLooks, FAR.light] : [FAR.heavy]);
  const useful = [...new Set(wanted.map((side) => (sizes === null ? Math.min(side, largestLook) : side)))];
  useful.sort((a, b) => b - a);
  const shared = {
    usual: useful.length,
    interval: (frameRate: number) => interval ?? Math.max(1, Math.round(frameRate / RATE)),
  };
  if (useful.length > 1) return { ...shared, sizes: useful, spared: useful.length - 1 };
  // A network that shrinks every picture to its own size takes as long for a small one.
  if (largestLook < Infinity) return { ...shared, sizes: useful, spared: null };
  return { ...shared, sizes: [...useful, Math.max(128, Math.round(useful[0]! * SMALLER))], spared: 1 };
}
