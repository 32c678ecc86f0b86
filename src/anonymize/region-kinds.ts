import type { Box } from '../frame/box.ts';

export type Shape = 'ellipse' | 'rectangle';

/** A protected shape in luma pixels of the frame, with a soft ring around it. */
export interface Outline {
  readonly centerX: number;
  readonly centerY: number;
  /** Half extents of the protected shape: inside it nothing of the picture remains. */
  readonly radiusX: number;
  readonly radiusY: number;
  /** Width of the soft ring around the protected shape, as a share of the radii. */
  readonly feather: number;
  readonly shape: Shape;
}

/**
 * How far a head reaches beyond its face box (brow to chin, ear to ear), as shares of the face's size: hair
 * above, ears at the sides, chin and jaw below. An ellipse of these extents still holds the whole face box.
 */
const ABOVE = 0.45;
const BELOW = 0.25;
const BESIDE = 0.25;
/** A soft edge is this share of a head's radii wide. */
const FEATHER = 0.2;
/** Pixels are squares: one whose centre lies just outside the shape still shows a part that lies inside. */
const PIXEL_RADIUS = 0.75;

/**
 * The head around a face box.
 *
 * @param padding extra margin as a share of the head's size, 0 or more
 * @param narrowestEdge pixels that the soft ring is wide at least
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

/** All of a box, as a rectangle: nothing is added but a ring of a pixel. */
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
