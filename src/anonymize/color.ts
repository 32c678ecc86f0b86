import type { PixelFormat } from '../frame/frame.ts';

/** Luma 0…255 and two colour differences around 0. */
export type Yuv = readonly [y: number, u: number, v: number];

/** Format of the samples of a frame. */
export interface SampleRange {
  readonly format: PixelFormat;
  /** Whether the YUV samples have full range. */
  readonly fullRange: boolean;
  /** ffmpeg's name of the transfer characteristics, or null; identifies HDR. */
  readonly transfer?: string | null | undefined;
  /** Height of the picture, pixels. */
  readonly height: number;
}

/** The three samples of a colour, in plane order and in the frame's bit depth, clamped to the range. */
export function toSamples([y, u, v]: Yuv, { format, fullRange }: SampleRange): [number, number, number] {
  if (format === 'gbrp') {
    return [
      clamp(y - 0.344136 * u - 0.714136 * v, 0, 255),
      clamp(y + 1.772 * u, 0, 255),
      clamp(y + 1.402 * v, 0, 255),
    ];
  }
  const [low, highY, highUv] = fullRange ? [0, 255, 255] : [16, 235, 240];
  const step = stepOf(format);
  return [
    clamp(y, low, highY) * step,
    clamp(128 + u, low, highUv) * step,
    clamp(128 + v, low, highUv) * step,
  ];
}

/** Steps of a sample per step of an 8-bit one. */
function stepOf(format: PixelFormat): 1 | 4 {
  return format === 'yuv420p10' ? 4 : 1;
}

/** The colour of three samples (or of averages of samples), in plane order. */
export function fromSamples(a: number, b: number, c: number, format: PixelFormat): Yuv {
  const step = stepOf(format);
  if (format !== 'gbrp') return [a / step, b / step - 128, c / step - 128];
  const y = 0.587 * a + 0.114 * b + 0.299 * c;
  return [y, (b - y) / 1.772, (c - y) / 1.402];
}

/**
 * `#rrggbb` as samples of a frame. The matrix follows the frame's height, as players assume. HDR uses BT.2020, and its
 * white is paper white, not peak white.
 */
export function samplesOfHex(hex: string, range: SampleRange): [number, number, number] {
  const rgb = Number.parseInt(hex.slice(1), 16);
  const { transfer = null, format } = range;
  const encode = (channel: number): number => toHdr(channel & 255, transfer);
  const [red, green, blue] = [encode(rgb >> 16), encode(rgb >> 8), encode(rgb)];
  if (format === 'gbrp') return [green, blue, red];
  const [kr, kb] = matrixOf(range);
  const step = stepOf(format);
  const y = kr * red + (1 - kr - kb) * green + kb * blue;
  const u = (blue - y) / (2 * (1 - kb));
  const v = (red - y) / (2 * (1 - kr));
  if (range.fullRange) return [y * step, (128 + u) * step, (128 + v) * step];
  return [(16 + (y * 219) / 255) * step, (128 + (u * 224) / 255) * step, (128 + (v * 224) / 255) * step];
}

/** Weights of red and blue in luma. */
function matrixOf({ transfer, height }: SampleRange): readonly [number, number] {
  if (transfer === 'smpte2084' || transfer === 'arib-std-b67') return [0.2627, 0.0593];
  return height >= 720 ? [0.2126, 0.0722] : [0.299, 0.114];
}

/** An sRGB channel, 0…255, in PQ or HLG with white at 203 nits (BT.2408, BT.2100); unchanged for other transfers. */
function toHdr(channel: number, transfer: string | null): number {
  const linear = (channel / 255) ** 2.2;
  if (transfer === 'smpte2084') {
    const power = ((linear * 203) / 10_000) ** 0.159_301_757_812_5;
    return 255 * ((0.835_937_5 + 18.851_562_5 * power) / (1 + 18.687_5 * power)) ** 78.843_75;
  }
  if (transfer === 'arib-std-b67') {
    const scene = 0.265 * linear;
    const low = Math.sqrt(3 * scene);
    return 255 * (scene <= 1 / 12 ? low : 0.178_832_77 * Math.log(12 * scene - 0.284_668_92) + 0.559_910_73);
  }
  return channel;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
