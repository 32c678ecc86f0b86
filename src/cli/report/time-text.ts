/** Seconds as `hh:mm:ss`, whole seconds downwards. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** Seconds as `hh:mm:ss.mmm`: terminals and players that know times make it a place to jump to. */
export function timestamp(seconds: number): string {
  const milliseconds = Math.max(0, Math.round(seconds * 1000));
  return `${clock(Math.floor(milliseconds / 1000))}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

/** Seconds as `1:05` or `1:02:03`, for durations. */
export function duration(seconds: number): string {
  return clock(Math.round(seconds)).replace(/^(00:)?0?/, '');
}
