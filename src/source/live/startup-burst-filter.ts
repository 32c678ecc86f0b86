/** Frames over which the pace is judged. */
const FRAMES = 8;

/** Share of the time between captures that must lie between arrivals. */
const STEADY = 0.6;

/** Milliseconds after which a source is taken as it is. */
const PATIENCE = 3000;

/**
 * Tells when a source that was opened has come to its own pace. While ffmpeg finds out what it is given, frames wait,
 * and then come all at once: they are old, and when they were captured can't be told by when they came.
 */
export class StartupBurstFilter {
  readonly #frames: { readonly timestamp: number; readonly at: number }[] = [];
  #firstAt: number | null = null;
  #isSteady = false;

  /**
   * Takes a frame.
   *
   * @param timestamp of the frame by the source's clock, milliseconds
   * @param arrivedAt by ours
   * @returns whether it came at its time
   */
  add(timestamp: number, arrivedAt: number): boolean {
    if (this.#isSteady) return true;
    this.#firstAt ??= arrivedAt;
    this.#frames.push({ timestamp, at: arrivedAt });
    if (this.#frames.length > FRAMES) this.#frames.shift();
    const [first] = this.#frames;
    const isLikeItsClock = arrivedAt - first!.at >= STEADY * (timestamp - first!.timestamp);
    this.#isSteady =
      (this.#frames.length === FRAMES && isLikeItsClock) || arrivedAt - this.#firstAt > PATIENCE;
    return this.#isSteady;
  }
}
