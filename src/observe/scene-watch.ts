import type { Frame } from '../frame/frame.ts';
import type { SceneChange } from '../frame/scene-change.ts';
import { CameraMotion } from './camera-motion.ts';
import { SceneCutDetector } from './scene-cut.ts';

/** Detects changes that affect all faces at once, in the frames themselves: cuts, and camera motion. */
export class SceneWatch {
  readonly #cuts = new SceneCutDetector();
  readonly #camera = new CameraMotion();

  /** Call it for frames in order. */
  next(frame: Frame): SceneChange {
    return { isCut: this.#cuts.next(frame), shift: this.#camera.next(frame) };
  }
}
