import type { Box } from './box.ts';

/**
 * How the picture moved, in pixels from its top left corner: what was at `p` in one frame is at `zoom · p + (x, y)` in the
 * other.
 */
export interface Shift {
  readonly x: number;
  readonly y: number;
  /** More than 1 where the camera zooms in or moves forward. */
  readonly zoom: number;
}

export const NO_SHIFT: Shift = { x: 0, y: 0, zoom: 1 };

/** Where something that stands still in the scene is after the picture moved. */
export function shiftBox(box: Box, { x, y, zoom }: Shift): Box {
  return {
    x: zoom * box.x + x,
    y: zoom * box.y + y,
    width: zoom * box.width,
    height: zoom * box.height,
  };
}

/** What became of the scene since the frame before. */
export interface SceneChange {
  /** Whether this frame is the first of a new scene. */
  readonly isCut: boolean;
  /** How the camera moved, as what stands still moved in the picture. */
  readonly shift: Shift;
}
