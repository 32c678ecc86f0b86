import type { AnonymizedFrame } from '../frame/frame.ts';

/** Destination of covered frames. Exactly one of `finish` and `abort` ends it. */
export interface Sink {
  /** Frames that the output has in addition to the written ones: its end repeats the last one. Default: none. */
  readonly closingFrames?: number;
  /** ffmpeg's name of the encoder; none for photos. */
  readonly encoder?: string;
  /** Starts what the first frame needs, before it is covered; `write` reports its errors. */
  prepare?(firstPts: number): void;
  /**
   * Takes one frame, in order, and releases it when it is written. Resolves when the next one may come: the promise is
   * the back-pressure. From then on only the sink may access the frame.
   */
  write(frame: AnonymizedFrame): Promise<void>;
  /**
   * Ends the output, checks it and gives it its name.
   *
   * @param beforePlacing called with the path of the complete, checked file before it gets its name; its errors abort
   */
  finish(beforePlacing?: (path: string) => Promise<void>): Promise<void>;
  /** Removes everything written. Safe to call at any time, repeatedly, and after an error. */
  abort(): Promise<void>;
}
