import { scaleBox, type Box } from './box.ts';

/** One face in one look. The box fits the face (brow to chin, ear to ear), not the head. */
export interface Detection {
  readonly box: Box;
  /** The detector's confidence, 0…1. */
  readonly score: number;
}

/** Result of the detector on one frame, in pixels of the frame. Empty `faces`: it ran and found none. */
export interface Look {
  /** Index of the frame that was looked at. */
  readonly frame: number;
  readonly faces: readonly Detection[];
}

/**
 * Meaning of a detector's scores: the score, 0…1, that a candidate needs once its scene got another look (until then
 * every candidate counts; 0 accepts all), and how long a face is assumed to stay.
 */
export interface Confirmation {
  /** For faces that only one look found. */
  readonly seenOnce: number;
  /**
   * For a face at least a fifth of the picture high in its best look; smaller ones need proportionally less. A large
   * candidate that is never clear is a shirt or a wall, and covering it costs a large part of the picture.
   */
  readonly largeFace: number;
  /**
   * Seconds that a face is covered before its first and after its last detection: longer for detectors that miss faces
   * more often.
   */
  readonly holdSeconds: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Converts detections to pixels of another picture that shows the same at another size. */
export function scaleDetections(faces: readonly Detection[], from: Size, to: Size): Detection[] {
  const [scaleX, scaleY] = [to.width / from.width, to.height / from.height];
  return faces.map((face) => ({ ...face, box: scaleBox(face.box, scaleX, scaleY) }));
}
