import type { PixelFormat } from '../frame/frame.ts';

/** Brightness 0…255 and two colour differences around 0. */
export type Yuv = readonly [y: number, u: number, v: number];

/** How the samples of a frame are to be read. */
export interface SampleRange {
  readonly format: PixelFormat;
  /** True when the YUV samples use all of 0…255. */
  readonly fullRange: boolean;
  /** Of the picture, pixels. */
  readonly height: number;
}

/** The three samples of a colour, in plane order, clamped to what the range allows. */
export function toSamples([y, u, v]: Yuv, { format, fullRange }: SampleRange): [number, number, number] {
  if (format === 'gbrp') {
    return [
      clamp(y - 0.344136 * u - 0.714136 * v, 0, 255),
      clamp(y + 1.772 * u, 0, 255),
      clamp(y + 1.402 * v, 0, 255),
    ];
  }
  const [low, highY, highUv] = fullRange ? [0, 255, 255] : [16, 235, 240];
  return [clamp(y, low, highY), clamp(128 + u, low, highUv), clamp(128 + v, low, highUv)];
}

/** The colour of three samples (or of averages of samples), in plane order. */
export function fromSamples(a: number, b: number, c: number, format: PixelFormat): Yuv {
  if (format === 'yuv420p') return [a, b - 128, c - 128];
  const y = 0.587 * a + 0.114 * b + 0.299 * c;
  return [y, (b - y) / 1.772, (c - y) / 1.402];
}

/** `#rrggbb` as samples of a frame. Which matrix the frame uses follows its height, as players assume. */
export function samplesOfHex(hex: string, range: SampleRange): [number, number, number] {
  const rgb = Number.parseInt(hex.slice(1), 16);
  const [red, green, blue] = [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
  if (range.format === 'gbrp') return [green, blue, red];
  const [kr, kb] = range.height >= 720 ? [0.2126, 0.0722] : [0.299, 0.114];
  const y = kr * red + (1 - kr - kb) * green + kb * blue;
  const u = (blue - y) / (2 * (1 - kb));
  const v = (red - y) / (2 * (1 - kr));
  if (range.fullRange) return [y, 128 + u, 128 + v];
  return [16 + (y * 219) / 255, 128 + (u * 224) / 255, 128 + (v * 224) / 255];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
