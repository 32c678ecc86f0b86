// For programs whose TypeScript settings do not name it.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Frame, Picture } from '../frame/frame.ts';
import type { ColorInfo } from '../ffmpeg/probe.ts';
import type { SourceInfo } from '../frame/source-info.ts';

/** One frame and, if it gets a look, its small pictures in the order of the requested sizes. */
export interface SourceFrame {
  readonly frame: Frame;
  readonly pictures: readonly Picture[] | null;
}

/** A source of frames. */
export interface Source extends AsyncDisposable {
  readonly info: SourceInfo;
  /** Colours of its frames; omitted for stills. */
  readonly color?: ColorInfo;
  /** Reasons to look through the result, a sentence each; complete once the frames have ended. */
  readonly doubts?: readonly string[];
  /**
   * All frames in presentation order, exactly once. The consumer's pace is the back-pressure. Throws a `VeilError` if
   * decoding fails or the file ends early: then frames are missing.
   */
  frames(): AsyncGenerator<SourceFrame, void, void>;
}
