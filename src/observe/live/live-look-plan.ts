import type { ResolvedConfig } from '../../config/schema.ts';
import type { DetectorTraits } from '../../detect/detector.ts';
import type { SamplingRate } from '../../source/live/live-decode-args.ts';

/** How a live picture is looked at. */
export interface LiveLookPlan {
  /** Long sides of all pictures that are taken of a frame, pixels, largest first. */
  readonly sizes: readonly number[];
  /** How many of them a look takes, from the largest on. */
  readonly fullCount: number;
  /** How many of them a look takes while the machine is overloaded, from the smallest on; null where that saves nothing. */
  readonly reducedCount: number | null;
  /** Of which frames pictures are made. */
  readonly pace: SamplingRate;
  /** Milliseconds from one look to the next, at least. */
  readonly spacing: number;
  /** Frames from one look to the next, about. */
  readonly interval: (frameRate: number) => number;
}

/** Looks a second, about. Faces cross less than their own size in between, and two cores have time for other things. */
const RATE = 15;

/** Seconds from look to look at least: every second frame of 30 or 25 a second, every one of 20, every third of 60. */
const SPACING = 0.045;

/** The picture for far faces: what a detector of that cost finishes, on two cores, well before a frame is due. */
const FAR = { light: 1024, heavy: 640 };

/** Share of the only picture that is left of it when a machine is overloaded. */
const SMALLER = 0.6;

/** What the config says, else what fits the detector. A heavy one has time for a single picture. */
export function planLiveLooks(
  { interval, sizes }: ResolvedConfig['look'],
  { cost, nearLooks, largestLook = Infinity }: DetectorTraits,
): LiveLookPlan {
  const wanted = sizes ?? (cost === 'light' ? [...nearLooks, FAR.light] : [FAR.heavy]);
  const useful = [...new Set(wanted.map((side) => (sizes === null ? Math.min(side, largestLook) : side)))];
  useful.sort((a, b) => b - a);
  const shared = {
    fullCount: useful.length,
    pace: paceOf(interval, cost),
    spacing: interval === null ? 1000 * SPACING : 0,
    interval: (frameRate: number) => interval ?? Math.max(1, Math.round(frameRate / RATE)),
  };
  if (useful.length > 1) return { ...shared, sizes: useful, reducedCount: useful.length - 1 };
  // A network that shrinks every picture to its own size takes as long for a small one.
  if (largestLook < Infinity) return { ...shared, sizes: useful, reducedCount: null };
  return { ...shared, sizes: [...useful, Math.max(128, Math.round(useful[0]! * SMALLER))], reducedCount: 1 };
}

/** One that is seldom free wants the newest frame whenever it is; for the others pictures of all frames are wasted. */
function paceOf(interval: number | null, cost: DetectorTraits['cost']): SamplingRate {
  if (interval !== null) return { frames: interval };
  return cost === 'heavy' ? { frames: 1 } : { seconds: SPACING };
}
