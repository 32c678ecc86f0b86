/** Seconds as `hh:mm:ss`, rounded down. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** Seconds as `0:04.2` or `1:02:03.4`, for places in a video. */
export function moment(seconds: number): string {
  const tenths = Math.max(0, Math.round(seconds * 10));
  return `${clock(Math.floor(tenths / 10)).replace(/^(00:)?0?/, '')}.${tenths % 10}`;
}

/** Seconds as `1:05` or `1:02:03`, for durations. */
export function duration(seconds: number): string {
  return clock(Math.round(seconds)).replace(/^(00:)?0?/, '');
}
