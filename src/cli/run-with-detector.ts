import type { Detector } from '../detect/detector.ts';
import { LazyDetector } from '../detect/lazy-detector.ts';
import { startDetectorProcess } from '../observe/detector-process.ts';
import type { Call } from './call.ts';
import type { Io } from './io.ts';
import { runInputs } from './run-inputs.ts';
import { withSignals } from './shutdown.ts';

/** What the work on one input is given: `detector` is the same for all of them, and starts when it is first asked for. */
export interface DetectorRun {
  readonly detector: () => Promise<Detector>;
  readonly signal: AbortSignal;
}

/**
 * Works on all inputs of a call with one detector.
 *
 * @param work does one, and says whether the output needs a review
 * @returns the exit code
 * @throws VeilError when the detector cannot be started
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
