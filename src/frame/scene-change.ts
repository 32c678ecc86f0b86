import type { Box } from './box.ts';

/**
 * Motion of the picture between two frames, in pixels from its top left corner: `p` in the first is at `zoom · p + (x,
 * y)` in the second.
 */
export interface Shift {
  readonly x: number;
  readonly y: number;
  /** More than 1 if the camera zooms in or moves forward. */
  readonly zoom: number;
}

export const NO_SHIFT: Shift = { x: 0, y: 0, zoom: 1 };

/** The box of a static object after the motion of the picture. */
export function shiftBox(box: Box, { x, y, zoom }: Shift): Box {
  return {
    x: zoom * box.x + x,
    y: zoom * box.y + y,
    width: zoom * box.width,
    height: zoom * box.height,
  };
}

/** Change of the scene since the previous frame. */
export interface SceneChange {
  /** Whether this frame is the first of a new scene. */
  readonly isCut: boolean;
  /** Camera motion, as the motion of static objects in the picture. */
  readonly shift: Shift;
}
