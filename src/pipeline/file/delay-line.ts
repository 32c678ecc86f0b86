import { traceCount } from '../../base/trace.ts';
import type { Frame } from '../../frame/frame.ts';
import type { ObservedFrame } from '../../observe/observe.ts';
import type { Tracker } from '../../track/tracker.ts';
import { Follower } from './follower.ts';
import { decidedFrame, type DecidedFrame } from './decided-frame.ts';

export interface DelayLineOptions {
  /** Frames after a frame whose looks must be known before its boxes are final. */
  readonly lookAhead: number;
  /**
   * Further frames that may wait, so that the detector is never waited for while it keeps up. At least those from a
   * look to the next certain one, which decides about the frames between.
   */
  readonly slack: number;
}

/**
 * Holds frames back until what comes after them is known, so that a face is covered from the first frame where
 * it could have been seen. At most `lookAhead + slack + 1` frames wait.
 */
export async function* delayLine<F extends Pick<Frame, 'index'>>(
  frames: AsyncIterable<Pick<ObservedFrame, 'observation'> & { readonly frame: F }>,
  tracker: Tracker,
  options: DelayLineOptions,
): AsyncGenerator<DecidedFrame<F>, void, void> {
  const waiting: F[] = [];
  const follower = new Follower(tracker);
  let last = -1;
  for await (const { frame, observation } of frames) {
    last = frame.index;
    follower.add(frame.index, observation);
    waiting.push(frame);
    traceCount('frames that wait', () => ({ frames: waiting.length }));
    if (waiting.length > options.lookAhead + options.slack) {
      const oldest = waiting.shift()!;
      await follower.followTo(oldest.index + options.lookAhead);
      yield decidedFrame(tracker, oldest);
    }
  }
  await follower.followTo(last);
  tracker.end(last);
  for (const frame of waiting) yield decidedFrame(tracker, frame);
}
