import type { Box } from '../../frame/box.ts';
import { blend, correlation, templateOf, type Grey, type Template } from './template.ts';

/** A candidate place, and its correlation with the template, -1…1. */
interface Match {
  readonly box: Box;
  readonly score: number;
}

/** Search range around the expected place and its step sizes, as shares of the box. */
const REACH = 0.7;
const STEPS = [0.14, 0.05, 0.02] as const;
/** Sizes to try, relative to the last one. */
const SCALES = [0.95, 1, 1.05] as const;

/** Below this score the box is lost. */
const LOST = 0.6;
/** From this score on, a match updates the template. */
const SURE = 0.75;
/** Weight of each sure match in the template. */
const LEARNED = 0.15;
/** Weight of the first template beside the adapted one, against drift off the head. */
const FIRST_SIGHT = 0.25;
/** Share of the velocity kept from frame to frame. */
const INERTIA = 0.6;

/**
 * Follows a box from frame to frame by normalised cross-correlation with an adaptive template. Returns null when the
 * box is lost: occluded, out of the picture, or turned too far.
 */
export class BoxFollower {
  readonly #first: Template;
  #template: Template;
  #box: Box;
  #speed = { x: 0, y: 0 };

  private constructor(template: Template, box: Box) {
    this.#first = template;
    this.#template = template;
    this.#box = box;
  }

  /** Null where the box holds no pattern to follow. */
  static start(picture: Grey, box: Box): BoxFollower | null {
    const template = templateOf(picture, box);
    return template === null ? null : new BoxFollower(template, box);
  }

  /** Where the box is in the next picture. */
  next(picture: Grey): Box | null {
    const expected = { ...this.#box, x: this.#box.x + this.#speed.x, y: this.#box.y + this.#speed.y };
    const found = this.#search(picture, expected);
    if (found === null || found.score < LOST) return null;
    const { box, score } = found;
    this.#speed = {
      x: INERTIA * (box.x + box.width / 2 - this.#box.x - this.#box.width / 2),
      y: INERTIA * (box.y + box.height / 2 - this.#box.y - this.#box.height / 2),
    };
    this.#box = box;
    const seen = templateOf(picture, box);
    if (seen !== null && score >= SURE) this.#template = blend(this.#template, seen, LEARNED);
    return box;
  }

  /** From coarse to fine; scales are tried in the second pass only. */
  #search(picture: Grey, around: Box): Match | null {
    let best = this.#best(picture, places(around, REACH, STEPS[0], [1]), null);
    if (best === null) return null;
    best = this.#best(picture, places(best.box, STEPS[0], STEPS[1], SCALES), best);
    return this.#best(picture, places(best!.box, STEPS[1], STEPS[2], [1]), best);
  }

  #best(picture: Grey, boxes: Iterable<Box>, before: Match | null): Match | null {
    let best = before;
    for (const box of boxes) {
      const seen = templateOf(picture, box);
      if (seen === null) continue;
      const score =
        (1 - FIRST_SIGHT) * correlation(seen, this.#template) + FIRST_SIGHT * correlation(seen, this.#first);
      if (best === null || score > best.score) best = { box, score };
    }
    return best;
  }
}

function* places(box: Box, reach: number, step: number, scales: readonly number[]): Generator<Box> {
  const count = Math.round(reach / step);
  for (const scale of scales) {
    const [width, height] = [box.width * scale, box.height * scale];
    const [left, top] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
    for (let row = -count; row <= count; row += 1) {
      for (let column = -count; column <= count; column += 1) {
        yield { x: left + column * step * width, y: top + row * step * height, width, height };
      }
    }
  }
}
