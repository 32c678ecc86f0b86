import { VeilError } from '../errors.ts';
import type { Box } from '../frame/box.ts';
import type { TrackBox } from '../frame/track.ts';

export type Shape = 'ellipse' | 'rectangle';

/** The protected area around one head, in luma pixels of the frame; it may reach over the picture's edges. */
export interface HeadRegion {
  readonly trackId: number;
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
/** A soft edge is this share of a head's radii wide, but at least this share of the picture's shorter side. */
const FEATHER = 0.2;
const NARROWEST_EDGE = 1 / 100;
/** No picture is that large: a box that is has been computed wrongly. */
const LARGEST = 1e6;
/** Pixels are squares: one whose centre lies just outside the shape still shows a part that lies inside. */
const PIXEL_RADIUS = 0.75;

/**
 * Face boxes to heads. Heads that lie wholly outside the picture are left out.
 *
 * @param padding extra margin as a share of the head's size, 0 or more
 * @throws VeilError INTERNAL for a box that is no box (not a number, not finite): what it should have covered is unknown
 */
export function headRegions(
  boxes: readonly TrackBox[],
  shape: Shape,
  padding: number,
  width: number,
  height: number,
): HeadRegion[] {
  return boxes
    .map((trackBox) =>
      headRegion(trackBox, shape, padding, Math.max(1, Math.min(width, height) * NARROWEST_EDGE)),
    )
    .filter(
      (head) => reaches(head.centerX, head.radiusX, width) && reaches(head.centerY, head.radiusY, height),
    );
}

function headRegion(
  { trackId, box, kind }: TrackBox,
  shape: Shape,
  padding: number,
  narrowestEdge: number,
): HeadRegion {
  if (![box.x, box.y, box.width, box.height].every((value) => Math.abs(value) < LARGEST)) {
    throw new VeilError('INTERNAL', `Track ${trackId} has no usable box, so its face can't be covered.`);
  }
  if (kind === 'zone') return zoneRegion(trackId, box);
  const grown = 1 + Math.max(0, padding);
  const faceWidth = Math.max(1, box.width);
  const faceHeight = Math.max(1, box.height);
  const radiusX = faceWidth * (0.5 + BESIDE) * grown + PIXEL_RADIUS;
  const radiusY = ((faceHeight * (1 + ABOVE + BELOW)) / 2) * grown + PIXEL_RADIUS;
  return {
    trackId,
    centerX: box.x + faceWidth / 2,
    centerY: box.y + (faceHeight * (1 + BELOW - ABOVE)) / 2,
    radiusX,
    radiusY,
    feather: Math.max(FEATHER, narrowestEdge / Math.min(radiusX, radiusY)),
    shape,
  };
}

/** All of the box is protected, and nothing is added but the ring. */
function zoneRegion(trackId: number, { x, y, width, height }: Box): HeadRegion {
  const [radiusX, radiusY] = [width / 2 + PIXEL_RADIUS, height / 2 + PIXEL_RADIUS];
  return {
    ...{ trackId, radiusX, radiusY, shape: 'rectangle' },
    ...{ centerX: x + width / 2, centerY: y + height / 2 },
    feather: 1 / Math.min(radiusX, radiusY),
  };
}

function reaches(center: number, radius: number, size: number): boolean {
  return center + radius > 0 && center - radius < size;
}
