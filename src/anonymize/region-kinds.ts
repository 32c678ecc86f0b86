import type { Box } from '../frame/box.ts';

export type Shape = 'ellipse' | 'rectangle';

/** A protected shape in luma pixels of the frame, with a soft ring around it. */
export interface Outline {
  readonly centerX: number;
  readonly centerY: number;
  /** Half extents of the protected shape: nothing of the picture remains inside. */
  readonly radiusX: number;
  readonly radiusY: number;
  /** Width of the soft ring around the protected shape, as a share of the radii. */
  readonly feather: number;
  readonly shape: Shape;
}

/**
 * Extension of a head beyond its face box (brow to chin, ear to ear), as shares of the face's size: hair above, ears at
 * the sides, chin and jaw below. An ellipse of this size still contains the whole face box.
 */
const ABOVE = 0.45;
const BELOW = 0.25;
const BESIDE = 0.25;
/** Width of a soft edge, as a share of a head's radii. */
const FEATHER = 0.2;
/** Pixels are squares: one whose centre is just outside the shape still shows a part of its inside. */
const PIXEL_RADIUS = 0.75;

/**
 * The head around a face box.
 *
 * @param padding extra margin as a share of the head's size, 0 or more
 * @param narrowestEdge minimum width of the soft ring, pixels
 */
export function headOutline(
  box: Box,
  { shape, padding }: { readonly shape: Shape; readonly padding: number },
  narrowestEdge: number,
): Outline {
  const grown = 1 + Math.max(0, padding);
  const faceWidth = Math.max(1, box.width);
  const faceHeight = Math.max(1, box.height);
  const radiusX = faceWidth * (0.5 + BESIDE) * grown + PIXEL_RADIUS;
  const radiusY = ((faceHeight * (1 + ABOVE + BELOW)) / 2) * grown + PIXEL_RADIUS;
  return {
    centerX: box.x + faceWidth / 2,
    centerY: box.y + (faceHeight * (1 + BELOW - ABOVE)) / 2,
    radiusX,
    radiusY,
    feather: Math.max(FEATHER, narrowestEdge / Math.min(radiusX, radiusY)),
    shape,
  };
}

/** A whole box as a rectangle, extended only by a ring of one pixel. */
export function zoneOutline({ x, y, width, height }: Box): Outline {
  const [radiusX, radiusY] = [width / 2 + PIXEL_RADIUS, height / 2 + PIXEL_RADIUS];
  return {
    centerX: x + width / 2,
    centerY: y + height / 2,
    radiusX,
    radiusY,
    feather: 1 / Math.min(radiusX, radiusY),
    shape: 'rectangle',
  };
}
