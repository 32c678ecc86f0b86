import { NO_SHIFT, type Shift } from '../frame/scene-change.ts';

/** Sum of zooms beyond which another one begins, long before a number ends. */
const LARGEST_ZOOM = 1e9;

/** How the picture has moved since the beginning of a sum. */
interface Place extends Shift {
  /** Number of the sum; places of two sums cannot be compared. */
  readonly sum: number;
}

/** How the picture has moved since the beginning, by frame: the sum of what `CameraMotion` saw. */
export class EgoMotion {
  readonly #places = new Map<number, Place>();
  #last: Place = { ...NO_SHIFT, sum: 0 };

  /** Frames in order. */
  add(frame: number, { x, y, zoom }: Shift): void {
    const { x: lastX, y: lastY, zoom: lastZoom, sum } = this.#last;
    const total = zoom * lastZoom;
    this.#last =
      total > LARGEST_ZOOM || total < 1 / LARGEST_ZOOM
        ? { ...NO_SHIFT, sum: sum + 1 }
        : { x: zoom * lastX + x, y: zoom * lastY + y, zoom: total, sum };
    this.#places.set(frame, this.#last);
  }

  /** How what stands still in the scene moved in the picture from one frame to another; not at all where that is unknown. */
  between(from: number, to: number): Shift {
    const [start, end] = [this.#places.get(from), this.#places.get(to)];
    if (start === undefined || end === undefined || start.sum !== end.sum) return NO_SHIFT;
    const zoom = end.zoom / start.zoom;
    return { x: end.x - zoom * start.x, y: end.y - zoom * start.y, zoom };
  }

  /** Whether it is known how the picture moved until a frame. */
  knows(frame: number): boolean {
    return this.#places.has(frame);
  }

  /** Nobody asks for frames before this one any more. */
  forget(before: number): void {
    for (const frame of this.#places.keys()) {
      if (frame >= before) return;
      this.#places.delete(frame);
    }
  }
}
