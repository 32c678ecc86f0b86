import type { Box } from './box.ts';

/** One face found in one look. The box follows the face (brow to chin, ear to ear), not the head. */
export interface Face {
  readonly box: Box;
  /** The detector's confidence, 0…1. */
  readonly score: number;
}

/** What the detector saw in one frame, in pixels of the frame. Empty `faces` means: looked, found nobody. */
export interface Look {
  /** Index of the frame that was looked at. */
  readonly frame: number;
  readonly faces: readonly Face[];
}
