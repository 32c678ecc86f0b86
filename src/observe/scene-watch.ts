import type { Frame } from '../frame/frame.ts';
import type { SceneChange } from '../frame/scene-change.ts';
import { CameraMotion } from './camera-motion.ts';
import { SceneCutDetector } from './scene-cut.ts';

/** Watches the frames themselves for what moves every face at once: cuts, and the camera. */
export class SceneWatch {
  readonly #cuts = new SceneCutDetector();
  readonly #camera = new CameraMotion();

  /** Frames in order. */
  next(frame: Frame): SceneChange {
    return { isCut: this.#cuts.next(frame), shift: this.#camera.next(frame) };
  }
}
