import { traceSpan, traceStart } from '../base/trace.ts';
import type { Detector } from '../detect/detector.ts';
import type { Frame } from '../frame/frame.ts';
import type { Observation } from '../frame/observation.ts';
import type { SourceFrame } from '../source/source.ts';
import type { LookPlan } from './look-plan.ts';
import { LookQueue } from './look-queue.ts';
import { SceneWatch } from './scene-watch.ts';

/** A frame in progress. The observation takes as long as the look; it rejects with the detector's error. */
export interface ObservedFrame {
  readonly frame: Frame;
  readonly observation: Promise<Observation>;
}

export interface ObserveOptions {
  readonly detector: Detector;
  readonly plan: Pick<LookPlan, 'stride' | 'extraPerPass'>;
  /** Detects cuts and camera motion; from the pixels of the frames by default. */
  readonly scenes?: Pick<SceneWatch, 'next'>;
  /** Drops waiting looks. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Observes every frame and passes it on at once: looks run while later frames are read. The last frame is followed by
 * the end only when every look is done. When the consumer stops, waiting looks are dropped, and the running one is
 * awaited.
 */
export async function* observe(
  frames: AsyncIterable<SourceFrame>,
  { detector, plan, scenes = new SceneWatch(), signal }: ObserveOptions,
): AsyncGenerator<ObservedFrame, void, void> {
  const queue = new LookQueue(detector, plan, signal);
  try {
    for await (const { frame, pictures } of frames) {
      const started = traceStart();
      const seen = { frame: frame.index, pts: frame.pts, ...scenes.next(frame) };
      traceSpan('cuts and camera', started);
      const look = pictures === null ? null : queue.add({ frame, pictures });
      yield { frame, observation: withLook(seen, look) };
    }
    await queue.end();
  } finally {
    await queue.stop();
  }
}

function withLook(
  seen: Omit<Observation, 'faces'>,
  look: ReturnType<LookQueue['add']> | null,
): Promise<Observation> {
  if (look === null) return Promise.resolve({ ...seen, faces: null });
  const observation = look.then((done) => ({ ...seen, faces: done?.faces ?? null }));
  // The consumer gets the error when it reaches this frame; until then it counts as handled.
  observation.catch(() => undefined);
  return observation;
}
