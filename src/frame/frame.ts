/** An exact fraction, as in ffmpeg: time bases (1/90000), frame rates (30000/1001). */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/**
 * Layout of the pixels of a {@link Frame} in its buffer, planes one after another without row padding: `yuv420p` for
 * video (8 bits per sample, chroma halved in both directions, rounded up), `yuv420p10` the same for HDR (10 bits in 16,
 * little endian), `gbrp` (8 bits; G, B, R at full size) for still images, which must stay as sharp as they are.
 */
export type PixelFormat = 'yuv420p' | 'yuv420p10' | 'gbrp';

/** One decoded picture. `data` belongs to the current holder of the frame; only the holder may change it. */
export interface Frame {
  /** Position in the decoded order, counted from 0 at the start of the run. */
  readonly index: number;
  /** Presentation time in ticks of the source's time base: exact. */
  readonly pts: number;
  /** Presentation time in seconds: `pts` × time base. */
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly data: Uint8Array;
  /**
   * Returns the buffer for reuse: called once, by the last holder, after the last use. A frame that is never released
   * is garbage-collected.
   */
  readonly release?: () => void;
}

/** Width and height of a picture in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A small RGB picture of a frame, for the detector: 3 bytes per pixel, rows without padding. */
export interface Picture extends PictureSize {
  readonly data: Uint8Array;
  /** Returns the buffer, as for a {@link Frame}. */
  readonly release?: () => void;
}

/** Position of one plane in a frame: offset and size in samples, and its subsampling (shift). */
export interface Plane {
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** The three planes of a picture of this size, in buffer order. */
export function planesOf(format: PixelFormat, width: number, height: number): readonly [Plane, Plane, Plane] {
  const shift = format === 'gbrp' ? 0 : 1;
  const full = { offset: 0, width, height, shiftX: 0, shiftY: 0 };
  const small = {
    width: (width + shift) >> shift,
    height: (height + shift) >> shift,
    shiftX: shift,
    shiftY: shift,
  };
  const second = width * height;
  return [full, { offset: second, ...small }, { offset: second + small.width * small.height, ...small }];
}

/** Bytes of one picture: width × height × 1.5 for `yuv420p` of even size. */
export function frameBytes(format: PixelFormat, width: number, height: number): number {
  const last = planesOf(format, width, height)[2];
  return (last.offset + last.width * last.height) * sampleBytes(format);
}

/** Bytes of one sample. */
export function sampleBytes(format: PixelFormat): 1 | 2 {
  return format === 'yuv420p10' ? 2 : 1;
}

/** Samples of a frame, 8-bit or 10-bit. */
export type Samples = Uint8Array | Uint16Array;

/** The samples of a frame, in its own buffer. */
export function samplesOf({ format, data }: Pick<Frame, 'format' | 'data'>): Samples {
  if (sampleBytes(format) === 1) return data;
  // Node.js runs on little-endian machines, and a 16-bit frame has a buffer of its own.
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
}

export function ticksToSeconds(ticks: number, timeBase: Rational): number {
  return (ticks * timeBase.num) / timeBase.den;
}

declare const anonymized: unique symbol;

/**
 * A frame whose faces are covered. Only `anonymize/anonymizer.ts` makes one; sinks accept nothing else.
 * The brand exists for the compiler alone.
 */
export type AnonymizedFrame = Frame & { readonly [anonymized]: true };
