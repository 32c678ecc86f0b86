import type { AnonymizedFrame } from '../frame/frame.ts';

/** Where covered frames go. Exactly one of `finish` and `abort` ends it. */
export interface Sink {
  /**
   * Takes one frame, in order, and releases it when it is written. Resolves when the next may come: the promise is the
   * back-pressure. Only the sink may touch the frame from then on.
   */
  write(frame: AnonymizedFrame): Promise<void>;
  /**
   * Ends the output, checks it and puts it in its place.
   *
   * @param beforePlacing is given the path of the whole, checked file before it gets its own name; what it throws aborts
   */
  finish(beforePlacing?: (path: string) => Promise<void>): Promise<void>;
  /** Removes everything that was written. Safe to call at any time, more than once, also after an error. */
  abort(): Promise<void>;
}
