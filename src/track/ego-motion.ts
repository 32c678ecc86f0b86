import { NO_SHIFT, type Shift } from '../frame/scene-change.ts';

/** Beyond this accumulated zoom a new sum begins, long before numbers overflow. */
const LARGEST_ZOOM = 1e9;

/** Motion of the picture since the beginning of a sum. */
interface Place extends Shift {
  /** Number of the sum; places of different sums can't be compared. */
  readonly sum: number;
}

/** Accumulated motion of the picture, by frame: the sum of the shifts that `CameraMotion` measured. */
export class EgoMotion {
  readonly #places = new Map<number, Place>();
  #last: Place = { ...NO_SHIFT, sum: 0 };

  /** Call it for frames in order. */
  add(frame: number, { x, y, zoom }: Shift): void {
    const { x: lastX, y: lastY, zoom: lastZoom, sum } = this.#last;
    const total = zoom * lastZoom;
    this.#last =
      total > LARGEST_ZOOM || total < 1 / LARGEST_ZOOM
        ? { ...NO_SHIFT, sum: sum + 1 }
        : { x: zoom * lastX + x, y: zoom * lastY + y, zoom: total, sum };
    this.#places.set(frame, this.#last);
  }

  /** Motion of a static point of the scene in the picture between two frames; none where that is unknown. */
  between(from: number, to: number): Shift {
    const [start, end] = [this.#places.get(from), this.#places.get(to)];
    if (start === undefined || end === undefined || start.sum !== end.sum) return NO_SHIFT;
    const zoom = end.zoom / start.zoom;
    return { x: end.x - zoom * start.x, y: end.y - zoom * start.y, zoom };
  }

  /** Whether the motion up to a frame is known. */
  knows(frame: number): boolean {
    return this.#places.has(frame);
  }

  /** Forgets frames before this one. */
  forget(before: number): void {
    for (const frame of this.#places.keys()) {
      if (frame >= before) return;
      this.#places.delete(frame);
    }
  }
}
