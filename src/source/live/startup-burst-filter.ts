/** Number of frames for judging the pace. */
const FRAMES = 8;

/** Arrivals must be apart by at least this share of the time between captures. */
const STEADY = 0.6;

/** After this time a source is accepted as it is, milliseconds. */
const PATIENCE = 3000;

/**
 * Detects when a newly opened source has reached its own pace. While ffmpeg probes the input, frames wait, and then
 * come all at once: they are old, and their arrival does not reveal when they were captured.
 */
export class StartupBurstFilter {
  readonly #frames: { readonly timestamp: number; readonly at: number }[] = [];
  #firstAt: number | null = null;
  #isSteady = false;

  /**
   * Adds a frame.
   *
   * @param timestamp of the frame by the source's clock, milliseconds
   * @param arrivedAt by our clock
   * @returns whether the source has reached its pace
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
