import { stat } from 'node:fs/promises';
import { EXIT, exitCodeOf } from '../errors.ts';
import type { InputProblem } from './input/inputs.ts';
import type { Reporter } from './report/reporter.ts';

/** The inputs of one call, and the work on each. */
export interface InputsRun<Job extends { readonly input: string }> {
  readonly jobs: readonly Job[];
  readonly problems: readonly InputProblem[];
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Works on one input, and returns whether its output needs a review. */
  readonly work: (job: Job) => Promise<boolean>;
  /** Whether the output of an earlier run needs a review; null if the input was not done yet. */
  readonly earlier?: ((job: Job) => Promise<boolean | null>) | undefined;
  /** Whether a failure means that no other input can be done. */
  readonly isHopeless?: (error: unknown) => boolean;
  /** Number of inputs in parallel. Default 1. */
  readonly atOnce?: number | undefined;
}

/** Number of inputs by result. */
interface Counts {
  done: number;
  alreadyDone: number;
  review: number;
}

/**
 * Works on the inputs in order, one after another or several in parallel; a failure does not stop the others.
 *
 * @returns the exit code
 * @throws the error of the work if it is hopeless
 */
export async function runInputs<Job extends { readonly input: string }>(
  run: InputsRun<Job>,
): Promise<number> {
  const { reporter, signal, jobs, problems, atOnce = 1 } = run;
  const started = performance.now();
  const errors: unknown[] = [];
  const counts: Counts = { done: 0, alreadyDone: 0, review: 0 };
  const fail = (path: string, error: unknown): void => {
    errors.push(error);
    reporter.failed(path, error);
  };
  reporter.begin({ sizes: await sizesOf(jobs), problems: problems.length });
  for (const { path, error } of problems) fail(path, error);

  const isStopped = (): boolean => signal.aborted;
  const hopeless: unknown[] = [];
  const queue = [...jobs];
  const workThrough = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      if (isStopped() || hopeless.length > 0) return;
      try {
        await workOn(job, run, counts);
      } catch (error) {
        if (run.isHopeless?.(error) === true) hopeless.push(error);
        // A stop causes arbitrary errors, such as broken pipes: not a failure of the input.
        else if (!isStopped()) fail(job.input, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, workThrough));
  if (hopeless.length > 0 && !signal.aborted) throw hopeless[0];

  const interrupted = signal.aborted;
  const exitCode = interrupted ? EXIT.interrupted : exitCodeFor(errors, counts);
  const inputs = jobs.length + problems.length;
  const elapsed = Math.round(performance.now() - started) / 1000;
  reporter.summary({ inputs, ...counts, failed: errors.length, interrupted, elapsed, exitCode });
  return exitCode;
}

async function workOn<Job extends { readonly input: string }>(
  job: Job,
  { reporter, earlier, work }: InputsRun<Job>,
  counts: Counts,
): Promise<void> {
  const known = (await earlier?.(job)) ?? null;
  if (known === null) reporter.start(job.input);
  const needsReview = known ?? (await work(job));
  if (known === null) counts.done += 1;
  else counts.alreadyDone += 1;
  if (needsReview) counts.review += 1;
}

/** Bytes of each input; an inaccessible one fails when it is opened. */
async function sizesOf(jobs: readonly { readonly input: string }[]): Promise<Map<string, number>> {
  const sizes = await Promise.all(
    jobs.map(async ({ input }): Promise<[string, number]> => [
      input,
      (await stat(input).catch(() => null))?.size ?? 0,
    ]),
  );
  return new Map(sizes);
}

function exitCodeFor(errors: readonly unknown[], { done, alreadyDone, review }: Counts): number {
  if (errors.length === 0) return review > 0 ? EXIT.review : EXIT.done;
  const isNothingDone = done + alreadyDone === 0;
  const misused = isNothingDone && errors.every((error) => exitCodeOf(error) === EXIT.usage);
  return misused ? EXIT.usage : EXIT.failed;
}
