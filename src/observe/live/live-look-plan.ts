import type { ResolvedConfig } from '../../config/schema.ts';
import type { DetectorTraits } from '../../detect/detector.ts';
import type { SamplingRate } from '../../source/live/live-decode-args.ts';

/** The look plan of a live run. */
export interface LiveLookPlan {
  /** Long sides of all pictures of a frame, pixels, largest first. */
  readonly sizes: readonly number[];
  /** Number of pictures in a look, from the largest on. */
  readonly fullCount: number;
  /** Number of pictures in a look under overload, from the smallest on; null if that saves nothing. */
  readonly reducedCount: number | null;
  /** Which frames have pictures. */
  readonly pace: SamplingRate;
  /** Shortest time between two looks, milliseconds. */
  readonly spacing: number;
  /** Approximate number of frames between two looks. */
  readonly interval: (frameRate: number) => number;
}

/** Approximate looks per second. Faces move less than their size in between, and two cores have time for other work. */
const RATE = 15;

/** Shortest time between looks, seconds: every second frame at 30 or 25 fps, every one at 20, every third at 60. */
const SPACING = 0.045;

/** Size for distant faces: a detector of this cost finishes it, on two cores, well before a frame is due. */
const FAR = { light: 1024, heavy: 640 };

/** Size of the only picture under overload, as a share. */
const SMALLER = 0.6;

/** The config's plan, else one that fits the detector. A heavy detector has time for a single picture only. */
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
  // A network that shrinks every picture to its input size takes as long for a small one.
  if (largestLook < Infinity) return { ...shared, sizes: useful, reducedCount: null };
  return { ...shared, sizes: [...useful, Math.max(128, Math.round(useful[0]! * SMALLER))], reducedCount: 1 };
}

/** A heavy detector is rarely free and then needs the newest frame; a light one does not need every frame. */
function paceOf(interval: number | null, cost: DetectorTraits['cost']): SamplingRate {
  if (interval !== null) return { frames: interval };
  return cost === 'heavy' ? { frames: 1 } : { seconds: SPACING };
}
