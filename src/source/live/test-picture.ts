import type { WantedPicture } from './live-input.ts';

/**
 * The clock at the bottom left of the test picture: milliseconds since 1970, modulo 2^24, one column of cells per bit,
 * most significant first, white for 1; below it the same inverted, so that a reader can verify it. It shows when a
 * picture was made.
 */
export const CLOCK = { bits: 24, rows: 2 } as const;

/** Period of the clock, milliseconds. */
export const CLOCK_PERIOD = 2 ** CLOCK.bits;

/** Size of one cell of the clock, pixels. */
export function clockCell({ width, height }: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  return { width: evenly(width / 32), height: evenly(height / 36) };
}

/**
 * The filter graph of the test picture, for ffmpeg's lavfi device: a moving picture with its clock, and a tone. Its
 * timestamps are those of its own clock, as for a camera.
 *
 * @param now milliseconds since 1970
 */
export function testPictureGraph({ width, height, rate }: WantedPicture, now: number): string {
  return [
    `testsrc2=s=${width}x${height}:r=${rate},format=yuv420p,${withClock({ width, height }, now)}[out0]`,
    // Not paced itself: it follows the picture, which would otherwise have to wait for it.
    `sine=frequency=220:sample_rate=48000,asetpts='PTS+(RTCSTART-${epochOf(now)})/(TB*1000000)'[out1]`,
  ].join(';');
}

/** Filters that play a picture in real time and draw the clock. */
export function withClock(size: { readonly width: number; readonly height: number }, now: number): string {
  const { bits, rows } = CLOCK;
  const cell = clockCell(size);
  const bit = `mod(floor(T*1000/pow(2,${bits - 1}-X)),2)`;
  return [
    // Each picture is made when it is due, and gets that time.
    `settb=1/1000000,realtime,setpts='RTCTIME-${epochOf(now)}',split=2[picture][small]`,
    // Draw one pixel per cell, then enlarge.
    `[small]crop=${bits}:${rows}:0:0,geq=lum='16+219*abs(${bit}-Y)':cb=128:cr=128,scale=${bits * cell.width}:${rows * cell.height}:flags=neighbor[clock]`,
    '[picture][clock]overlay=0:main_h-overlay_h',
  ].join(';');
}

/** Last start of a clock period, microseconds since 1970: small timestamps keep their precision. */
function epochOf(now: number): number {
  return Math.floor(now / CLOCK_PERIOD) * CLOCK_PERIOD * 1000;
}

function evenly(value: number): number {
  return Math.max(2, 2 * Math.floor(value / 2));
}
