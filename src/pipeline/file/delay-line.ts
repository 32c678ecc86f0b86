import { traceCount } from '../../base/trace.ts';
import type { Frame } from '../../frame/frame.ts';
import type { ObservedFrame } from '../../observe/observe.ts';
import type { Tracker } from '../../track/tracker.ts';
import { Follower } from './follower.ts';
import { decidedFrame, type DecidedFrame } from './decided-frame.ts';

export interface DelayLineOptions {
  /** The boxes of a frame are final when the looks of this many later frames are known. */
  readonly lookAhead: number;
  /**
   * Further frames that may wait, so that the pipeline does not wait for a detector that keeps up. At least the
   * distance between two certain looks, which decide about the frames between them.
   */
  readonly slack: number;
}

/** Lets the caller prepare for frames while they wait. */
export interface FirstFrameOptions<F> {
  /** Called with the first frame as soon as it is read. */
  readonly onFirst?: ((frame: F) => void) | undefined;
}

/**
 * Holds frames back until what follows them is known, so that a face is covered from the first frame in which it may be
 * visible. At most `lookAhead + slack + 1` frames wait.
 */
export async function* delayLine<F extends Pick<Frame, 'index'>>(
  frames: AsyncIterable<Pick<ObservedFrame, 'observation'> & { readonly frame: F }>,
  tracker: Tracker,
  { lookAhead, slack, onFirst }: DelayLineOptions & FirstFrameOptions<F>,
): AsyncGenerator<DecidedFrame<F>, void, void> {
  const waiting: F[] = [];
  const follower = new Follower(tracker);
  let last = -1;
  for await (const { frame, observation } of frames) {
    if (last < 0) onFirst?.(frame);
    last = frame.index;
    follower.add(frame.index, observation);
    waiting.push(frame);
    traceCount('frames that wait', () => ({ frames: waiting.length }));
    if (waiting.length > lookAhead + slack) {
      const oldest = waiting.shift()!;
      await follower.followTo(oldest.index + lookAhead);
      yield decidedFrame(tracker, oldest);
    }
  }
  await follower.followTo(last);
  tracker.end(last);
  for (const frame of waiting) yield decidedFrame(tracker, frame);
}
