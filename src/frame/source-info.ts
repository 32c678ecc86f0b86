import type { PixelFormat, Rational } from './frame.ts';

/** Properties of a source before its first frame. Sizes are displayed ones, after rotation. */
export interface SourceInfo {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  /** Unit of `Frame.pts`. */
  readonly timeBase: Rational;
  /** Average frame rate; an estimate for variable rate files, never used for timestamps. */
  readonly frameRate: Rational;
  /** Expected number of frames for progress and memory planning, or null if unknown. */
  readonly frameCount: number | null;
}
