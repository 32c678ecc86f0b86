/** Frames between two cuts. */
export interface Scene {
  readonly firstFrame: number;
  /** Infinity while it goes on. */
  lastFrame: number;
  /** Frame of its latest look; null before the first. */
  lastLook: number | null;
}

/** The scenes of a video, as its cuts become known. Frames are asked for in order; scenes that lie behind are dropped. */
export class Scenes {
  readonly #scenes: Scene[] = [{ firstFrame: 0, lastFrame: Infinity, lastLook: null }];

  /** The latest scene. */
  get current(): Scene {
    return this.#scenes.at(-1)!;
  }

  cutAt(frame: number): void {
    this.current.lastFrame = frame - 1;
    this.#scenes.push({ firstFrame: frame, lastFrame: Infinity, lastLook: null });
  }

  /** The scene that a frame belongs to. */
  at(frame: number): Scene {
    while (this.#scenes.length > 1 && this.#scenes[0]!.lastFrame < frame) this.#scenes.shift();
    return this.#scenes[0]!;
  }
}
