/** Milliseconds since 1970, finer than `Date.now()`, and monotonic within the process. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
