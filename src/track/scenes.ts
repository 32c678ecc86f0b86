/** Frames between two cuts. */
export interface Scene {
  readonly firstFrame: number;
  /** Infinity while it goes on. */
  lastFrame: number;
  /** Frame of its latest look; null before the first. */
  lastLook: number | null;
}

/** The scenes of a video, as its cuts become known. `advanceTo` drops past ones. */
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

  /** Drops scenes that end before a frame. */
  advanceTo(frame: number): void {
    while (this.#scenes.length > 1 && this.#scenes[0]!.lastFrame < frame) this.#scenes.shift();
  }

  /** The scene of a frame; for a past frame, the earliest scene that is kept. */
  at(frame: number): Scene {
    return this.#scenes.find(({ lastFrame }) => lastFrame >= frame) ?? this.current;
  }
}
