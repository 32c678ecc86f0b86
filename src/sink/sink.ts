import type { AnonymizedFrame } from '../frame/frame.ts';

/** Where covered frames go. Exactly one of `finish` and `abort` ends it. */
export interface Sink {
  /** Takes one frame, in order. Resolves when the next may come: the promise is the back-pressure. */
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
