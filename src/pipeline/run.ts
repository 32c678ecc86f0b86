import type { Anonymizer } from '../anonymize/anonymizer.ts';
import type { Detector } from '../detect/detector.ts';
import { VeilError } from '../errors.ts';
import type { Sink } from '../sink/sink.ts';
import type { Source } from '../source/source.ts';
import type { SceneCutDetector } from '../track/scene-cut.ts';
import type { Tracker } from '../track/tracker.ts';
import { delayLine, type DelayLineOptions, type TrackedFrame } from './delay-line.ts';
import type { LookPlan } from './look-plan.ts';
import { looking } from './looking.ts';

/** The stages of one run. Whoever made them closes them. */
export interface Stages {
  readonly source: Source;
  readonly detector: Detector;
  readonly tracker: Tracker;
  readonly cuts: SceneCutDetector;
  readonly anonymizer: Anonymizer;
  readonly sink: Sink;
}

export interface RunOptions {
  readonly look: Pick<LookPlan, 'every' | 'extra'>;
  readonly delay: DelayLineOptions;
  readonly signal?: AbortSignal | undefined;
  /** Called after each frame was handed to the sink. */
  readonly onFrame?: (tracked: TrackedFrame) => void;
}

/**
 * The way of every frame, from the source to the sink. Does not finish the sink: a caller that sees an error
 * aborts it instead, and then nothing comes out.
 *
 * @returns the number of frames written
 */
export async function run(stages: Stages, options: RunOptions): Promise<number> {
  const { source, detector, tracker, cuts, anonymizer, sink } = stages;
  const frames = looking(source.frames(), detector, options.look, options.signal);
  let written = 0;
  for await (const tracked of delayLine(frames, tracker, cuts, options.delay)) {
    if (options.signal?.aborted === true) throw new VeilError('INTERRUPTED', 'Stopped before the end.');
    const { frame, boxes } = tracked;
    const covered = boxes === null ? anonymizer.curtain(frame) : await anonymizer.anonymize(frame, boxes);
    await sink.write(covered);
    options.onFrame?.(tracked);
    written += 1;
  }
  return written;
}
