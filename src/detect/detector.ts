import type { Detection, Confirmation } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';

/** What a pipeline has to know of a detector to use it well. */
export interface DetectorTraits {
  /** `light`: a look of 1024 pixels takes two cores some 20 ms; `heavy`: some 100 ms. */
  readonly cost: 'light' | 'heavy';
  /** Long sides, pixels, of the pictures in which it finds near faces; a larger one is added for far ones. */
  readonly nearLooks: readonly number[];
  /** Long side, pixels, beyond which a picture shows it no more: it shrinks what it is given. Absent where it does not. */
  readonly largestLook?: number;
  /** Side, in pixels of a look, of the largest face that it is trusted with while a smaller look follows. */
  readonly largestFace: number;
  /** Side, in pixels of a look, of the smallest face that it is trusted with while a larger look comes before; else any. */
  readonly smallestFace?: number;
  /** What its scores are worth over time. */
  readonly confirmation: Confirmation;
}

/** Finds faces in a picture. */
export interface Detector {
  /** For reports and logs, such as `crowd`. */
  readonly name: string;
  /** Network, engine and provider, such as `ssd-mobilenet-v1 on onnxruntime (cpu)`. */
  readonly description: string;
  readonly traits: DetectorTraits;
  /** Paths of the weights that it was read from; none where a package holds them. */
  readonly weightFiles?: readonly string[];
  /**
   * Faces with boxes in pixels of the first picture, scores from the threshold upwards, duplicates suppressed
   * (NMS). What a closer look doubts has a lower score: it may continue a face, and is none by itself. The pictures show the same moment at several sizes, largest first, equal aspect within rounding.
   * Throws a `VeilError` (DETECTOR_FAILED) rather than return a guess.
   *
   * @param atLeast leave out lower scores, where that is more than the threshold: crowds have hundreds
   */
  detect(pictures: readonly Picture[], atLeast?: number): Promise<Detection[]>;
  close(): Promise<void>;
}
