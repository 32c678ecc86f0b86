import type { Face } from '../frame/face.ts';
import type { Picture } from '../frame/frame.ts';

/** Finds faces in a picture. */
export interface Detector {
  /** For reports and logs, such as `crowd`. */
  readonly name: string;
  /** Network, engine and provider, such as `ssd-mobilenet-v1 on onnxruntime (cpu)`. */
  readonly description: string;
  /**
   * Faces with boxes in pixels of the first picture, scores from the threshold upwards, duplicates suppressed
   * (NMS). The pictures show the same moment at several sizes, largest first, equal aspect within rounding.
   * Throws a `VeilError` (DETECTOR_FAILED) rather than return a guess.
   */
  detect(pictures: readonly Picture[]): Promise<Face[]>;
  close(): Promise<void>;
}
