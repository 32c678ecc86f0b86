import type { Frame } from '../frame/frame.ts';
import { CameraMotion, type Shift } from './camera-motion.ts';
import { SceneCutDetector } from './scene-cut.ts';

/** What became of the scene since the frame before. */
export interface SceneChange {
  /** Whether this frame is the first of a new scene. */
  readonly isCut: boolean;
  /** How the camera moved, as what stands still moved in the picture. */
  readonly shift: Shift;
}

/** Watches the frames themselves for what moves every face at once: cuts, and the camera. */
export class SceneWatch {
  readonly #cuts = new SceneCutDetector();
  readonly #camera = new CameraMotion();

  /** Frames in order. */
  next(frame: Frame): SceneChange {
    return { isCut: this.#cuts.next(frame), shift: this.#camera.next(frame) };
  }
}
