import type { Audit } from '../../audit/audit-file.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { VeilError, type ErrorCode } from '../../errors.ts';
import { JobPool } from '../../jobs/child/job-pool.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { Call } from '../call.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { resultsOf, type Job } from '../output/outputs.ts';
import { hasFound } from '../report/audit-text.ts';
import { needsReview } from '../report/reporter.ts';
import { runInputs } from '../run-inputs.ts';
import { coverOne, type CoverFlags } from './cover-one.ts';
import type { CoverEvent, CoverWork } from './cover-program.ts';
import { Resume } from './resume.ts';

export interface BatchOptions {
  readonly flags: CoverFlags;
  /** Pass over what an earlier run has done. */
  readonly resumes: boolean;
  /** Files that are worked on at once, each in a process of its own where there are several. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  readonly onResult: (input: string, result: FileResult) => void;
}

/** What a batch needs of a call. */
export type BatchCall = Pick<Call, 'config' | 'logger' | 'reporter'>;

/** Without a detector no input can be done. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set([
  'DETECTOR_UNAVAILABLE',
  'ENGINE_UNAVAILABLE',
  'MODEL_INVALID',
  'MODEL_NOT_FOUND',
  'MODEL_HASH_MISMATCH',
]);

/** Covers inputs, with one detector for all of them or a process for each; its owner disposes of it. */
export class CoverBatch implements AsyncDisposable {
  readonly #call: BatchCall;
  readonly #options: BatchOptions;
  readonly #detector: LazyDetector;
  readonly #pool: JobPool<CoverWork> | null;
  readonly #resume: Resume | null;

  constructor(call: BatchCall, options: BatchOptions) {
    const { config, logger } = call;
    const { signal, atOnce, resumes } = options;
    this.#call = call;
    this.#options = options;
    this.#detector = new LazyDetector(() => startDetectorProcess({ config, logger, signal }));
    this.#pool = atOnce > 1 ? new JobPool(coverProgram(), atOnce, logger) : null;
    this.#resume = resumes ? new Resume(config, () => this.#detector.get()) : null;
  }

  /**
   * Covers these.
   *
   * @param call their inputs, and what was wrong with others
   * @returns the exit code
   * @throws VeilError when no detector can be had
   */
  async run(
    jobs: readonly Job[],
    { inputFiles, problems }: Pick<Call, 'inputFiles' | 'problems'>,
  ): Promise<number> {
    const { reporter } = this.#call;
    await using folders = new CreatedFolders(inputFiles);
    return await runInputs({
      ...{ jobs, problems, reporter },
      signal: this.#options.signal,
      atOnce: this.#options.atOnce,
      earlier: (job) => this.#earlier(job),
      work: (job) => this.#cover(job, folders),
      isHopeless: (error) =>
        this.#detector.hasFailed ||
        (this.#pool !== null && error instanceof VeilError && HOPELESS.has(error.code)),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool?.[Symbol.asyncDispose]();
    await this.#detector[Symbol.asyncDispose]();
  }

  async #earlier(job: Job): Promise<boolean | null> {
    const outcome = (await this.#resume?.find(job, this.#options.signal)) ?? null;
    if (outcome === null) return null;
    this.#call.reporter.alreadyDone(job.input, outcome);
    return needsReview(outcome);
  }

  async #cover(job: Job, folders: CreatedFolders): Promise<boolean> {
    const { config, reporter } = this.#call;
    const { input } = job;
    await folders.makeFor(resultsOf(job), { overwrite: config.overwrite, input });
    const results: FileResult[] = [];
    const audit = await this.#work(job, (event) => {
      if (event.kind === 'progress') {
        reporter.progress(input, event.progress);
        return;
      }
      results.push(event.result);
      this.#options.onResult(input, event.result);
      reporter.done(input, event.result);
    });
    if (audit !== null) reporter.audited(job.output, audit);
    return results.some(needsReview) || (audit !== null && hasFound(audit));
  }

  #work(job: Job, onEvent: (event: CoverEvent) => void): Promise<Audit | null> {
    const { config, logger } = this.#call;
    const { flags, signal } = this.#options;
    if (this.#pool !== null) return this.#pool.run({ job, config, flags }, { signal, onEvent });
    return coverOne(job, {
      ...{ config, flags, signal, logger, detector: () => this.#detector.get() },
      onProgress: (progress) => {
        onEvent({ kind: 'progress', progress });
      },
      onResult: (result) => {
        onEvent({ kind: 'result', result });
      },
    });
  }
}

/** Beside this file, in its kind: `.ts` as written, `.js` as built. */
function coverProgram(): URL {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./cover-program.${ending}`, import.meta.url);
}
