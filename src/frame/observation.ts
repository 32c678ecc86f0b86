import type { Detection } from './detection.ts';
import type { SceneChange } from './scene-change.ts';

/**
 * Observation of one frame: everything that tracking needs, without pixels. Plain data, so that observing and tracking
 * can happen in different places.
 */
export interface Observation extends SceneChange {
  /** Index of the frame. */
  readonly frame: number;
  /** Presentation time of the frame, in ticks of the source's time base. */
  readonly pts: number;
  /** Faces in pixels of the frame, empty if the detector found none; null if it did not run. */
  readonly faces: readonly Detection[] | null;
}
