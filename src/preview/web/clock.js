// Offset between the server's clock and ours: a phone may be seconds off, and latency is counted in milliseconds.

const KEPT = 16;

/** Milliseconds since 1970 that never jump. */
export function now() {
  return performance.timeOrigin + performance.now();
}

/** Uses the offset from the ping with the fastest answer, which has the smallest error. */
export class Clock {
  /** @type {{ roundTrip: number, offset: number }[]} */
  #samples = [];

  /**
   * @param {number} sentAt by our clock
   * @param {number} serverNow
   */
  take(sentAt, serverNow) {
    const roundTrip = now() - sentAt;
    this.#samples.push({ roundTrip, offset: serverNow - (sentAt + roundTrip / 2) });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** Age of something with a server time; null before the first answered ping. */
  ageOf(/** @type {number} */ serverTime) {
    if (this.#samples.length === 0) return null;
    const best = this.#samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    return Math.max(0, now() + best.offset - serverTime);
  }
}
