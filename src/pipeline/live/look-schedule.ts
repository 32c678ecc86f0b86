import type { Picture } from '../../frame/frame.ts';
import { lookSpacing } from './overload.ts';

/** Pictures of one frame that may be looked at. */
export interface OfferedPictures {
  readonly index: number;
  readonly pictures: readonly Picture[];
}

/** Share by which the newest look changes the estimate of what a look costs. */
const WEIGHT = 0.2;

/** Keeps the newest pictures for a detector that is busy: what is older is worth less with every frame. */
export class LookSchedule {
  readonly #timing: { readonly interval: number; readonly frameRate: number; readonly delay: number };
  #newest: OfferedPictures | null = null;
  #lastTaken = -Infinity;
  #cost = 0;

  constructor(timing: { readonly interval: number; readonly frameRate: number; readonly delay: number }) {
    this.#timing = timing;
  }

  offer(index: number, pictures: readonly Picture[]): void {
    this.#newest = { index, pictures };
  }

  /** The newest pictures, once, or null where it is too early for another look. */
  take(isSparing: boolean): OfferedPictures | null {
    const next = this.#newest;
    if (next === null) return null;
    const spacing = lookSpacing(isSparing, { ...this.#timing, cost: this.#cost });
    if (next.index - this.#lastTaken < spacing) return null;
    this.#newest = null;
    this.#lastTaken = next.index;
    return next;
  }

  /** Notes what a look cost, milliseconds. */
  took(cost: number): void {
    this.#cost += WEIGHT * (cost - this.#cost);
  }
}
