import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import type { Detector } from '../../detect/detector.ts';
import type { Sink } from '../../sink/sink.ts';
import type { Source } from '../../source/source.ts';
import type { SceneWatch } from '../../observe/scene-watch.ts';
import type { Tracker } from '../../track/tracker.ts';
import { coverFrames, type CoverOptions } from './cover-frames.ts';
import { delayLine, type DelayLineOptions } from './delay-line.ts';
import type { LookPlan } from '../../observe/look-plan.ts';
import { observe } from '../../observe/observe.ts';

/** The stages of one run. Whoever made them closes them. */
export interface Stages {
  readonly source: Source;
  readonly detector: Detector;
  readonly tracker: Tracker;
  readonly scenes: SceneWatch;
  readonly anonymizer: Anonymizer;
  readonly sink: Sink;
}

export interface RunOptions extends CoverOptions {
  readonly look: Pick<LookPlan, 'stride' | 'extraPerPass'>;
  readonly delay: DelayLineOptions;
}

/**
 * The way of every frame, from the source to the sink. Does not finish the sink: a caller that sees an error
 * aborts it instead, and then nothing comes out.
 *
 * @returns the number of frames written
 */
export function run(stages: Stages, options: RunOptions): Promise<number> {
  const { source, detector, tracker, scenes } = stages;
  const { look: plan, delay, signal } = options;
  const observed = observe(source.frames(), { detector, plan, scenes, signal });
  return coverFrames(delayLine(observed, tracker, delay), stages, options);
}
