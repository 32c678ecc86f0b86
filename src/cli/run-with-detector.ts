import type { Detector } from '../detect/detector.ts';
import { LazyDetector } from '../detect/lazy-detector.ts';
import { startDetectorProcess } from '../observe/detector-process.ts';
import type { Call } from './call.ts';
import type { Io } from './io.ts';
import { runInputs } from './run-inputs.ts';
import { withSignals } from './shutdown.ts';

/** Context for the work on one input: all inputs share `detector`, which starts on first use. */
export interface DetectorRun {
  readonly detector: () => Promise<Detector>;
  readonly signal: AbortSignal;
}

/**
 * Works on all inputs of a call with one detector.
 *
 * @param work works on one input, and returns whether its output needs a review
 * @returns the exit code
 * @throws VeilError if the detector can't be started
 */
export function runWithDetector<Job extends { readonly input: string }>(
  { config, logger, problems, reporter }: Call,
  jobs: readonly Job[],
  io: Io,
  work: (job: Job, run: DetectorRun) => Promise<boolean>,
): Promise<number> {
  return withSignals(io, async (signal) => {
    await using lazy = new LazyDetector(() => startDetectorProcess({ config, logger, signal }));
    const detector = (): Promise<Detector> => lazy.get();
    return await runInputs({
      jobs,
      problems,
      reporter,
      signal,
      work: (job) => work(job, { detector, signal }),
      isHopeless: () => lazy.hasFailed,
    });
  });
}
