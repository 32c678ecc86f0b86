/** Pixels beyond which nothing is decoded: the largest sensors of phones have 200 megapixels. */
export const DECODE_LIMIT = 210_000_000;

/** Bytes that decoding may take. */
export const MEMORY_LIMIT = 4 * 1024 ** 3;

/** What the process that decodes a photo says before the pixels. */
export interface PhotoHeader {
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** Pictures in the file. */
  readonly pages: number;
  readonly hasAlpha: boolean;
  /** Bits of a sample in the file. */
  readonly bits: number;
  /** Of the pixels that follow. */
  readonly bytes: number;
  /** Why there are none, or null. */
  readonly error: string | null;
}
