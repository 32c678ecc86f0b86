import { assertNever, VeilError } from '../errors.ts';
import type { Box } from '../frame/box.ts';
import type { RegionKind, TrackBox } from '../frame/track.ts';
import { headOutline, zoneOutline, type Outline, type Shape } from './region-kinds.ts';

export type { Shape } from './region-kinds.ts';

/** The protected area for one box, in luma pixels of the frame; it may extend beyond the picture's edges. */
export interface Region extends Outline {
  readonly trackId: number;
  readonly kind: RegionKind;
}

/** Style of the regions around boxes. */
export interface RegionStyle {
  /** Shape of heads; other kinds have their own. */
  readonly shape: Shape;
  /** Extra margin around heads, as a share of their size, 0 or more. */
  readonly padding: number;
}

/** Minimum width of a soft edge, as a share of the picture's shorter side. */
const NARROWEST_EDGE = 1 / 100;
/** No picture is this large: a larger box is a computing error. */
const LARGEST = 1e6;

/**
 * Converts boxes to regions, by kind, for boxes from a detector, a file or a person. Leaves out regions entirely
 * outside the picture.
 *
 * @param width of the picture, pixels, like `height`
 * @throws VeilError INTERNAL for a box with non-finite or far too large numbers: its intended place is unknown
 */
export function regionsOf(
  boxes: readonly TrackBox[],
  style: RegionStyle,
  width: number,
  height: number,
): Region[] {
  const narrowestEdge = Math.max(1, Math.min(width, height) * NARROWEST_EDGE);
  return boxes
    .map((each) => {
      const { trackId, kind = 'head' } = each;
      return { trackId, kind, ...outlineOf(kind, checked(each), style, narrowestEdge) };
    })
    .filter(
      ({ centerX, centerY, radiusX, radiusY }) =>
        reaches(centerX, radiusX, width) && reaches(centerY, radiusY, height),
    );
}

function outlineOf(kind: RegionKind, box: Box, style: RegionStyle, narrowestEdge: number): Outline {
  switch (kind) {
    case 'head':
      return headOutline(box, style, narrowestEdge);
    case 'zone':
      return zoneOutline(box);
    default:
      return assertNever(kind);
  }
}

function checked({ trackId, box }: TrackBox): Box {
  if (![box.x, box.y, box.width, box.height].every((value) => Math.abs(value) < LARGEST)) {
    throw new VeilError('INTERNAL', `Track ${trackId} has no usable box, so its face can't be covered.`);
  }
  return box;
}

function reaches(center: number, radius: number, size: number): boolean {
  return center + radius > 0 && center - radius < size;
}
