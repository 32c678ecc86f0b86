// For programs whose TypeScript settings do not name it.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Frame, Picture } from '../frame/frame.ts';
import type { ColorInfo } from '../ffmpeg/probe.ts';
import type { SourceInfo } from '../frame/source-info.ts';

/** One frame and, where the schedule asked for a look, its small pictures in the order of the sizes asked for. */
export interface SourceFrame {
  readonly frame: Frame;
  readonly pictures: readonly Picture[] | null;
}

/** Where frames come from. */
export interface Source extends AsyncDisposable {
  readonly info: SourceInfo;
  /** How the samples of its frames become light; stills leave it out. */
  readonly color?: ColorInfo;
  /** Reasons to look through the result, a sentence each; complete once the frames have ended. */
  readonly doubts?: readonly string[];
  /**
   * All frames in presentation order, exactly once. The consumer's pace is the back-pressure. Throws a
   * `VeilError` when decoding fails or the file ends early; a thrown error means that frames are missing.
   */
  frames(): AsyncGenerator<SourceFrame, void, void>;
}
