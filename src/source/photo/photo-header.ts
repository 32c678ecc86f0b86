/** Largest number of pixels to decode: the largest phone sensors have 200 megapixels. */
export const DECODE_LIMIT = 210_000_000;

/** Memory limit of the decoder, bytes. */
export const MEMORY_LIMIT = 4 * 1024 ** 3;

/** Message of the decoding process before the pixels. */
export interface PhotoHeader {
  /** Size in pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** Number of pictures in the file. */
  readonly pages: number;
  readonly hasAlpha: boolean;
  /** Bits per sample in the file. */
  readonly bits: number;
  /** Whether the decoder made up for a part that makes no sense. */
  readonly isDamaged: boolean;
  /** Number of bytes that follow. */
  readonly bytes: number;
  /** Why there are no pixels, or null. */
  readonly error: string | null;
}
