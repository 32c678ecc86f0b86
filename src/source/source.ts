import type { Frame, Picture, PixelFormat, Rational } from '../frame/frame.ts';

/** What is known of a source before its first frame. Sizes are as shown: rotation is already applied. */
export interface SourceInfo {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  /** Unit of {@link Frame.pts}. */
  readonly timeBase: Rational;
  /** Average frame rate; an estimate for variable rate files, never used for timestamps. */
  readonly frameRate: Rational;
  /** Expected number of frames for progress and memory planning, or null when nobody knows. */
  readonly frameCount: number | null;
}

/** One frame and, where the schedule asked for a look, its small pictures in the order of the sizes asked for. */
export interface SourceFrame {
  readonly frame: Frame;
  readonly pictures: readonly Picture[] | null;
}

/** Where frames come from. */
export interface Source extends AsyncDisposable {
  readonly info: SourceInfo;
  /**
   * All frames in presentation order, exactly once. The consumer's pace is the back-pressure. Throws a
   * `VeilError` when decoding fails or the file ends early; a thrown error means that frames are missing.
   */
  frames(): AsyncGenerator<SourceFrame, void, void>;
}
