import type { Detector } from '../detect/detector.ts';
import type { Look } from '../frame/detection.ts';
import type { Frame } from '../frame/frame.ts';
import type { SourceFrame } from '../source/source.ts';
import { LookQueue } from './look-queue.ts';
import type { LookPlan } from './look-plan.ts';

/** A frame on its way, with the look at it where one may be taken: null when it turned out not to be worth it. */
export interface FrameWithLook {
  readonly frame: Frame;
  readonly look: Promise<Look | null> | null;
}

/**
 * Plans a look at every frame that came with pictures and hands the frame on at once: the detector works while later
 * frames are read, and the last frame is the end only when every look is done. When the consumer stops, looks that wait are dropped and the one that runs is waited for.
 */
export async function* scheduleLooks(
  frames: AsyncIterable<SourceFrame>,
  detector: Detector,
  plan: Pick<LookPlan, 'stride' | 'extraPerPass'>,
  signal?: AbortSignal,
): AsyncGenerator<FrameWithLook, void, void> {
  const queue = new LookQueue(detector, plan, signal);
  try {
    for await (const { frame, pictures } of frames) {
      if (pictures === null) yield { frame, look: null };
      else yield { frame, look: queue.add({ frame, pictures }) };
    }
    await queue.end();
  } finally {
    await queue.stop();
  }
}
