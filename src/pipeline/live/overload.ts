/** What is done against overload, each on top of the one before: what covers people comes last, and is never given up. */
export const LADDER = [
  'nothing',
  'look less often',
  'smaller looks',
  'preview quality',
  'preview rate',
] as const;

/** Position on the {@link LADDER}. */
export type OverloadLevel = 0 | 1 | 2 | 3 | 4;

/** Share of frames covered because detection was late, or dropped, from which a machine counts as overloaded. */
const OVERLOADED = 0.05;

/** Milliseconds of one judgement, and of calm before a step back, which doubles with each step back that failed. */
const WINDOW = 2000;
const CALM = { first: 10_000, most: 160_000 };

/** Decides how much to do, from how much was late. Slow to come back, so that it does not swing. */
export class OverloadLadder {
  #level: OverloadLevel = 0;
  #windowStart: number | null = null;
  #frames = 0;
  #late = 0;
  #calmSince = 0;
  #calm = CALM.first;
  #steppedBackAt = -Infinity;

  get level(): OverloadLevel {
    return this.#level;
  }

  /**
   * Takes one frame.
   *
   * @param isLate covered or dropped because the machine was too slow
   * @returns whether the level changed
   */
  add(isLate: boolean, now: number): boolean {
    this.#windowStart ??= now;
    this.#frames += 1;
    if (isLate) this.#late += 1;
    if (now - this.#windowStart < WINDOW) return false;
    const share = this.#late / this.#frames;
    [this.#windowStart, this.#frames, this.#late] = [now, 0, 0];
    if (share <= OVERLOADED) return this.#stepBack(now);
    this.#calmSince = now;
    if (this.#level === 4) return false;
    if (now - this.#steppedBackAt < 2 * this.#calm) this.#calm = Math.min(CALM.most, 2 * this.#calm);
    this.#level = (this.#level + 1) as OverloadLevel;
    return true;
  }

  #stepBack(now: number): boolean {
    if (this.#level === 0 || now - this.#calmSince < this.#calm) return false;
    this.#level = (this.#level - 1) as OverloadLevel;
    this.#calmSince = now;
    this.#steppedBackAt = now;
    return true;
  }
}

/**
 * Frames from one look to the next. Looking less often never takes so long that frames between two looks would be
 * due before the second is done: that would cover more, and save nothing.
 *
 * @param cost milliseconds that a look takes
 */
export function lookSpacing(
  level: OverloadLevel,
  timing: {
    readonly interval: number;
    readonly frameRate: number;
    readonly delay: number;
    readonly cost: number;
  },
): number {
  const { interval, frameRate, delay, cost } = timing;
  if (level === 0) return interval;
  const room = Math.floor(((0.8 * delay - cost) * frameRate) / 1000);
  return Math.max(interval, Math.min(2 * interval, room));
}
