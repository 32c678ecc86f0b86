export interface FrameMatcherOptions {
  /** Number of pictures of each frame, each of another size. */
  readonly sizes: number;
  /** Largest difference between the times of a picture and its frame, in the unit of the times. Default 0. */
  readonly tolerance?: number;
  /** Frames, and pictures of each size, to keep until their counterpart comes. Default: all. */
  readonly most?: number;
}

/** A frame with its pictures, in the order of the sizes. */
export interface Match<P> {
  readonly index: number;
  readonly pictures: readonly P[];
  /** Number of skipped pictures of one size: they match no frame, or some of their sizes are missing. */
  readonly skipped: number;
}

/**
 * Matches frames with their pictures by time. They come through separate pipes, and neither waits for the other here.
 * Times may jump: frames and pictures are matched in the order of arrival.
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

  /** @param position index of its size */
  addPicture(position: number, time: number, picture: P): void {
    const waiting = this.#pictures[position]!;
    waiting.push({ time, picture });
    if (waiting.length > this.#most) waiting.shift();
  }

  /** The first frame with all its pictures, or null. Forgets earlier frames and pictures. */
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

  /** Whether a picture with a later time waits. */
  hasAfter(time: number): boolean {
    return this.#pictures.some((waiting) => waiting.some((each) => each.time > time + this.#tolerance));
  }

  /** Forgets pictures with earlier times. @returns whether there were any */
  dropBefore(time: number): boolean {
    let isAny = false;
    for (const waiting of this.#pictures) {
      const from = waiting.findIndex((each) => each.time >= time - this.#tolerance);
      if (waiting.splice(0, from < 0 ? waiting.length : from).length > 0) isAny = true;
    }
    return isAny;
  }

  #isAt(time: number, other: number): boolean {
    return Math.abs(time - other) <= this.#tolerance;
  }
}
