import type { Detection, Confirmation } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';

/** Properties of a detector that a pipeline needs. */
export interface DetectorTraits {
  /** `light`: a look at 1024 pixels takes about 20 ms on two cores; `heavy`: about 100 ms. */
  readonly cost: 'light' | 'heavy';
  /** Long sides, pixels, of the pictures for near faces; a larger one is added for distant faces. */
  readonly nearLooks: readonly number[];
  /** Largest useful long side, pixels, of a detector that shrinks its input; absent for others. */
  readonly largestLook?: number;
  /** Side of the largest reliable face if a smaller look follows, in pixels of a look. */
  readonly largestFace: number;
  /** Side of the smallest reliable face if a larger look comes before, in pixels of a look; absent: any. */
  readonly smallestFace?: number;
  /** Meaning of its scores over time. */
  readonly confirmation: Confirmation;
}

/** Finds faces in a picture. */
export interface Detector {
  /** For reports and logs, such as `crowd`. */
  readonly name: string;
  /** Network, engine and provider, such as `ssd-mobilenet-v1 on onnxruntime (cpu)`. */
  readonly description: string;
  readonly traits: DetectorTraits;
  /** Paths of its weights; none if a package contains them. */
  readonly weightFiles?: readonly string[];
  /**
   * Faces with boxes in pixels of the first picture, scores from the threshold on, after NMS. A face that the close-up
   * makes doubtful has a lower score: it may continue a track, but not start one. The pictures show the same moment at
   * several sizes, largest first, with equal aspect ratios within rounding. Throws a `VeilError` (DETECTOR_FAILED)
   * rather than return a guess.
   *
   * @param atLeast omits lower scores, if it is above the threshold: crowds have hundreds
   */
  detect(pictures: readonly Picture[], atLeast?: number): Promise<Detection[]>;
  close(): Promise<void>;
}
