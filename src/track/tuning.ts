/**
 * Parameters for the extent of covers around detections. `npx tsx scripts/sweep.ts` varies each of them on clips with
 * known faces; docs/research/recall.md shows the curves.
 */
export interface Tuning {
  /** Height of a large face, as a share of the picture's height; see `Confirmation.largeFace`. */
  readonly largeFace: number;
  /** Growth of a box, as shares of its size: constant, for motion between looks, per second of uncertainty, maximum. */
  readonly growth: {
    readonly always: number;
    readonly motion: number;
    readonly perSecond: number;
    readonly most: number;
  };
}

export const TUNING: Tuning = {
  largeFace: 0.2,
  growth: { always: 0.05, motion: 0.15, perSecond: 0.3, most: 0.5 },
};
