import { mkdir, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/schema.ts';
import type { Detector } from '../detect/detector.ts';
import { EXIT, VeilError, exitCodeOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { anonymizeFile } from '../pipeline/anonymize-file.ts';
import { auditFile } from '../pipeline/audit-file.ts';
import { readCoveredTracks } from '../pipeline/read-report.ts';
import type { FileResult } from '../pipeline/write-covered.ts';
import { checkTarget } from '../sink/target.ts';
import { hasFound } from './audit-text.ts';
import type { InputProblem } from './inputs.ts';
import type { Job } from './outputs.ts';
import type { Reporter } from './reporter.ts';

/** What one call has to do, and with what. */
export interface BlurRun {
  readonly jobs: readonly Job[];
  readonly problems: readonly InputProblem[];
  readonly config: ResolvedConfig;
  readonly reporter: Reporter;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Look at every output again. */
  readonly audit: boolean;
  /** Called once, when the first input needs it. */
  readonly openDetector: () => Promise<Detector>;
}

/**
 * Works on one input after another; one that fails does not stop the others.
 *
 * @returns the exit code
 * @throws VeilError when no detector can be had: then no input could be done
 */
export async function blurAll(run: BlurRun): Promise<number> {
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

  const detector = new Lazy(run.openDetector, run.signal);
  try {
    for (const job of run.jobs) {
      if (stopped()) break;
      run.reporter.start(job.input);
      try {
        const result = await blurOne(job, run, detector);
        done += 1;
        run.reporter.done(job.input, result);
        const found = run.audit ? await auditOne(result, run, await detector.get()) : false;
        if (found || result.uncertain.length > 0) review += 1;
      } catch (error) {
        if (detector.failure !== undefined) throw detector.failure.error;
        // Stopping breaks pipes, and what breaks first is chance: no failure of the input.
        if (!stopped()) fail(job.input, error);
      }
    }
  } finally {
    await detector.close();
  }

  const interrupted = stopped();
  const exitCode = interrupted ? EXIT.interrupted : exitCodeFor(errors, done, review);
  const inputs = run.jobs.length + run.problems.length;
  const elapsed = Math.round(performance.now() - started) / 1000;
  run.reporter.summary({ inputs, done, review, failed: errors.length, interrupted, elapsed, exitCode });
  return exitCode;
}

async function blurOne(job: Job, run: BlurRun, detector: Lazy): Promise<FileResult> {
  const { config, signal, logger, reporter } = run;
  await using folders = new MadeFolders();
  await folders.make(dirname(job.output));
  if (job.report !== null) await folders.make(dirname(job.report));
  // The report is written last: what stands in its way is told first.
  for (const path of [job.output, job.report]) {
    if (path !== null) await checkTarget({ path, overwrite: config.overwrite, input: job.input });
  }
  const result = await anonymizeFile({
    input: job.input,
    output: job.output,
    config,
    reportPath: job.report,
    signal,
    logger,
    onProgress: (progress) => {
      reporter.progress(job.input, progress);
    },
    detector: await detector.get(),
  });
  return result;
}

/** Whether a second look at the output found anything. */
async function auditOne(result: FileResult, run: BlurRun, detector: Detector): Promise<boolean> {
  const report = result.reportPath === null ? null : await readCoveredTracks(result.reportPath);
  const audit = await auditFile({ path: result.output, detector, report, signal: run.signal });
  run.reporter.audited(result.output, audit);
  return hasFound(audit);
}

function exitCodeFor(errors: readonly unknown[], done: number, review: number): number {
  if (errors.length === 0) return review > 0 ? EXIT.review : EXIT.done;
  const misused = done === 0 && errors.every((error) => exitCodeOf(error) === EXIT.usage);
  return misused ? EXIT.usage : EXIT.failed;
}

/** The detector, opened when first needed, and once. */
class Lazy {
  readonly #open: () => Promise<Detector>;
  readonly #signal: AbortSignal;
  #opened: Detector | undefined;
  /** Why it could not be opened. */
  failure: { readonly error: unknown } | undefined;

  constructor(open: () => Promise<Detector>, signal: AbortSignal) {
    this.#open = open;
    this.#signal = signal;
  }

  async get(): Promise<Detector> {
    try {
      // Engines are measured once on each machine, for longer than somebody who stops wants to wait.
      return (this.#opened ??= await unlessAborted(this.#open(), this.#signal));
    } catch (error) {
      if (!this.#signal.aborted) this.failure = { error };
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#opened?.close();
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new VeilError('INTERRUPTED', 'Stopped before the detector was ready.'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

/** Folders made for an output: those that stay empty, because it failed, go again. */
class MadeFolders implements AsyncDisposable {
  readonly #made: { readonly first: string; readonly last: string }[] = [];

  async make(folder: string): Promise<void> {
    try {
      const last = resolve(folder);
      const first = await mkdir(last, { recursive: true });
      if (first !== undefined) this.#made.push({ first, last });
    } catch (cause) {
      throw new VeilError('OUTPUT_UNWRITABLE', `The folder ${folder} can't be made.`, {
        hint: 'Choose another place with -o.',
        cause,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { first, last } of this.#made) {
      for (let folder = last; folder.startsWith(first); folder = dirname(folder)) {
        if (!(await removeIfEmpty(folder))) break;
      }
    }
  }
}

async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    // Not empty, or somebody else removed it: both are fine.
    if (error instanceof Error) return false;
    throw error;
  }
}
