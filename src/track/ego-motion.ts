import type { Shift } from '../frame/scene-change.ts';

/** How the picture has moved since the beginning, by frame: the sum of what `CameraMotion` saw. */
export class EgoMotion {
  readonly #places = new Map<number, Shift>();
  #last: Shift = { x: 0, y: 0 };

  /** Frames in order. */
  add(frame: number, shift: Shift): void {
    this.#last = { x: this.#last.x + shift.x, y: this.#last.y + shift.y };
    this.#places.set(frame, this.#last);
  }

  /** How far what stands still in the scene moved in the picture from one frame to another; 0 where that is unknown. */
  between(from: number, to: number): Shift {
    const [start, end] = [this.#places.get(from), this.#places.get(to)];
    if (start === undefined || end === undefined) return { x: 0, y: 0 };
    return { x: end.x - start.x, y: end.y - start.y };
  }

  /** Nobody asks for frames before this one any more. */
  forget(before: number): void {
    for (const frame of this.#places.keys()) {
      if (frame >= before) return;
      this.#places.delete(frame);
    }
  }
}
