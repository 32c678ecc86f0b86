import { EXIT, exitCodeOf } from '../errors.ts';
import type { InputProblem } from './input/inputs.ts';
import type { Reporter } from './report/reporter.ts';

/** The inputs of one call, and the work on each. */
export interface InputsRun<Job extends { readonly input: string }> {
  readonly jobs: readonly Job[];
  readonly problems: readonly InputProblem[];
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Does one, and says whether the output needs a review. */
  readonly work: (job: Job) => Promise<boolean>;
  /** Whether no other input could be done either after the failure that just came. */
  readonly isHopeless?: () => boolean;
}

/**
 * Works on one input after another; one that fails does not stop the others.
 *
 * @returns the exit code
 * @throws what the work threw where it is hopeless
 */
export async function runInputs<Job extends { readonly input: string }>(
  run: InputsRun<Job>,
): Promise<number> {
  const started = performance.now();
  const errors: unknown[] = [];
  const stopped = (): boolean => run.signal.aborted;
  let done = 0;
  let review = 0;
  const fail = (path: string, error: unknown): void => {
    errors.push(error);
    run.reporter.failed(path, error);
  };
  for (const { path, error } of run.problems) fail(path, error);

  for (const job of run.jobs) {
    if (stopped()) break;
    run.reporter.start(job.input);
    try {
      const toReview = await run.work(job);
      done += 1;
      if (toReview) review += 1;
    } catch (error) {
      if (run.isHopeless?.() === true) throw error;
      // Stopping breaks pipes, and what breaks first is chance: no failure of the input.
      if (!stopped()) fail(job.input, error);
    }
  }

  const interrupted = stopped();
  const exitCode = interrupted ? EXIT.interrupted : exitCodeFor(errors, done, review);
  const inputs = run.jobs.length + run.problems.length;
  const elapsed = Math.round(performance.now() - started) / 1000;
  run.reporter.summary({ inputs, done, review, failed: errors.length, interrupted, elapsed, exitCode });
  return exitCode;
}

function exitCodeFor(errors: readonly unknown[], done: number, review: number): number {
  if (errors.length === 0) return review > 0 ? EXIT.review : EXIT.done;
  const misused = done === 0 && errors.every((error) => exitCodeOf(error) === EXIT.usage);
  return misused ? EXIT.usage : EXIT.failed;
}
