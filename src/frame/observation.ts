import type { Detection } from './detection.ts';
import type { SceneChange } from './scene-change.ts';

/**
 * One frame as it was observed: enough to follow faces through a video, without its pixels. Plain data, so that it can
 * be made in one place and followed in another.
 */
export interface Observation extends SceneChange {
  /** Index of the frame. */
  readonly frame: number;
  /** Presentation time of the frame, in ticks of the source's time base. */
  readonly pts: number;
  /** Faces in pixels of the frame, empty where the detector found none; null where it did not run. */
  readonly faces: readonly Detection[] | null;
}
