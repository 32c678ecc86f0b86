import type { Picture } from '../../frame/frame.ts';

/** Frames and pictures that are remembered until their counterpart comes. */
const MOST = 64;

interface Waiting {
  readonly pts: number;
  readonly picture: Picture;
}

/**
 * Brings a frame and its pictures together by their timestamps. They come through separate pipes, each read as fast
 * as it can be, and none ever waits for another: what finds no counterpart is forgotten.
 */
export class FrameMatcher {
  readonly #frames: { readonly pts: number; readonly index: number }[] = [];
  readonly #pictures: Waiting[][];
  readonly #found: (index: number, pictures: readonly Picture[]) => void;

  constructor(sizes: number, found: (index: number, pictures: readonly Picture[]) => void) {
    this.#pictures = Array.from({ length: sizes }, () => []);
    this.#found = found;
  }

  addFrame(pts: number, index: number): void {
    this.#frames.push({ pts, index });
    if (this.#frames.length > MOST) this.#frames.shift();
    this.#match(pts);
  }

  /** @param position of its size among the sizes */
  addPicture(position: number, pts: number, picture: Picture): void {
    const waiting = this.#pictures[position]!;
    waiting.push({ pts, picture });
    if (waiting.length > MOST) waiting.shift();
    this.#match(pts);
  }

  #match(pts: number): void {
    const frame = this.#frames.find((each) => each.pts === pts);
    const found = this.#pictures.map((waiting) => waiting.find((each) => each.pts === pts));
    const pictures = found.flatMap((each) => (each === undefined ? [] : [each.picture]));
    if (frame === undefined || pictures.length < found.length) return;
    for (const waiting of this.#pictures) {
      // Those before it will find none any more.
      waiting.splice(0, waiting.findIndex((each) => each.pts === pts) + 1);
    }
    this.#found(frame.index, pictures);
  }
}
