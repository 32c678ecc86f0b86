/** Milliseconds since 1970, finer than `Date.now()`; it never goes back while the process runs. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
