/** How far the picture moved, pixels: what was at x in one frame is at x + shift.x in the other. */
export interface Shift {
  readonly x: number;
  readonly y: number;
}

export const NO_SHIFT: Shift = { x: 0, y: 0 };

/** What became of the scene since the frame before. */
export interface SceneChange {
  /** Whether this frame is the first of a new scene. */
  readonly isCut: boolean;
  /** How the camera moved, as what stands still moved in the picture. */
  readonly shift: Shift;
}
