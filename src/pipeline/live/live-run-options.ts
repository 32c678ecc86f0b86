import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import type { LiveSettings, OverloadStep } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import type { LiveSource } from '../../source/live/live-source.ts';
import type { DetectorWorker } from '../../observe/live/detector-supervisor.ts';
import type { LiveLookPlan } from '../../observe/live/live-look-plan.ts';

/** A recording that can start and stop while a run goes on. */
export interface Recorder {
  readonly isRecording: boolean;
  record(isOn: boolean): Promise<void>;
}

export interface LiveRunOptions {
  readonly source: LiveSource;
  /** Already started; the run closes it. */
  readonly worker: DetectorWorker;
  readonly openAnonymizer: (settings: LiveSettings) => Promise<Anonymizer>;
  readonly settings: LiveSettings;
  /** Milliseconds from capture to release. */
  readonly delay: number;
  readonly startsCovered: boolean;
  /** How many of the source's pictures a look uses, and how often. */
  readonly looks: Pick<LiveLookPlan, 'fullCount' | 'reducedCount' | 'spacing' | 'interval'>;
  readonly logger: Logger;
  readonly recorder: Recorder | null;
  /** Available steps against overload, in order. */
  readonly steps: readonly OverloadStep[];
}
