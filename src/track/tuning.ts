/**
 * The numbers that decide how much is covered around what the detector saw. `npx tsx scripts/sweep.ts` tries each of
 * them out on clips with known faces; docs/research/recall.md shows the curves.
 */
export interface Tuning {
  /** Height of a large face, as a share of the picture's height; see `Confirmation.largeFace`. */
  readonly largeFace: number;
  /** How much a box grows, as shares of its size: always, for motion between looks, a second of not knowing, at most. */
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
