import { scaleBox, type Box } from './box.ts';

/** One face found in one look. The box follows the face (brow to chin, ear to ear), not the head. */
export interface Detection {
  readonly box: Box;
  /** The detector's confidence, 0…1. */
  readonly score: number;
}

/** What the detector saw in one frame, in pixels of the frame. Empty `faces` means that the detector ran and found none. */
export interface Look {
  /** Index of the frame that was looked at. */
  readonly frame: number;
  readonly faces: readonly Detection[];
}

/**
 * What a detector's word is worth: from which scores, 0…1, its candidates are faces once their scene was looked at
 * again (until then every candidate is one; 0 trusts them all), and for how long what it saw is taken to be there.
 */
export interface Confirmation {
  /** Faces that only one look found. */
  readonly seenOnce: number;
  /**
   * What is a fifth of the picture high, or higher, in its best look; smaller ones need less in proportion. A large
   * face that is never seen well is a shirt or a wall, and costs a large part of the picture.
   */
  readonly largeFace: number;
  /**
   * Seconds that a face is covered before it was first and after it was last seen: the longer, the more often the
   * detector misses a face that is there.
   */
  readonly holdSeconds: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Faces found in one picture, in pixels of another that shows the same at another size. */
export function scaleDetections(faces: readonly Detection[], from: Size, to: Size): Detection[] {
  const [scaleX, scaleY] = [to.width / from.width, to.height / from.height];
  return faces.map((face) => ({ ...face, box: scaleBox(face.box, scaleX, scaleY) }));
}
