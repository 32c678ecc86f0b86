export interface FrameMatcherOptions {
  /** Pictures that are made of one frame, each of a size of its own. */
  readonly sizes: number;
  /** By how much the time of a picture may differ from that of its frame, in the unit of the times. Default 0. */
  readonly tolerance?: number;
  /** Frames, and pictures of each size, that are remembered until their counterpart comes. Default: all. */
  readonly most?: number;
}

/** A frame with its pictures, in the order of the sizes. */
export interface Match<P> {
  readonly index: number;
  readonly pictures: readonly P[];
  /** Pictures of one size that were passed over: they have no frame, or not all of their sizes came. */
  readonly skipped: number;
}

/**
 * Brings a frame and its pictures together by their times. They come through separate pipes, and neither waits for the
 * other here. Times may jump: what counts is the order in which frames and pictures come.
 */
export class FrameMatcher<P> {
  readonly #frames: { readonly time: number; readonly index: number }[] = [];
  readonly #pictures: { readonly time: number; readonly picture: P }[][];
  readonly #tolerance: number;
  readonly #most: number;

  constructor({ sizes, tolerance = 0, most = Infinity }: FrameMatcherOptions) {
    this.#pictures = Array.from({ length: sizes }, () => []);
    this.#tolerance = tolerance;
    this.#most = most;
  }

  addFrame(time: number, index: number): void {
    this.#frames.push({ time, index });
    if (this.#frames.length > this.#most) this.#frames.shift();
  }

  /** @param position of its size among the sizes */
  addPicture(position: number, time: number, picture: P): void {
    const waiting = this.#pictures[position]!;
    waiting.push({ time, picture });
    if (waiting.length > this.#most) waiting.shift();
  }

  /** The first frame of which all pictures are there, or null. Earlier frames and pictures are forgotten. */
  next(): Match<P> | null {
    for (const [place, { time, index }] of this.#frames.entries()) {
      const places = this.#pictures.map((waiting) =>
        waiting.findIndex((each) => this.#isAt(time, each.time)),
      );
      if (places.some((at) => at < 0)) continue;
      const following = this.#frames[place + 1];
      const made = this.#pictures[0]?.[places[0]!]?.time ?? time;
      if (following !== undefined && Math.abs(following.time - made) < Math.abs(time - made)) continue;
      this.#frames.splice(0, place + 1);
      const taken = this.#pictures.map((waiting, size) => waiting.splice(0, places[size]! + 1));
      const pictures = taken.map((each) => each.at(-1)!.picture);
      return { index, pictures, skipped: Math.max(...taken.map(({ length }) => length - 1)) };
    }
    return null;
  }

  /** Whether a picture waits that was made after a time. */
  hasAfter(time: number): boolean {
    return this.#pictures.some((waiting) => waiting.some((each) => each.time > time + this.#tolerance));
  }

  #isAt(time: number, other: number): boolean {
    return Math.abs(time - other) <= this.#tolerance;
  }
}
