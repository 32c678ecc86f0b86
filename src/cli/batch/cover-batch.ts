import type { Audit } from '../../audit/audit-file.ts';
import { programBeside } from '../../base/program-beside.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { JobPool } from '../../jobs/child/job-pool.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { Call } from '../call.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { resultsOf, type Job } from '../output/outputs.ts';
import { hasFound } from '../report/audit-text.ts';
import type { Finished } from '../report/closing-text.ts';
import { needsReview } from '../report/reporter.ts';
import { runInputs } from '../run-inputs.ts';
import { auditOne, coverOne, type CoverFlags } from './cover-one.ts';
import type { CoverEvent, CoverWork } from './cover-program.ts';
import { Hope } from './hope.ts';
import { Resume } from './resume.ts';

export interface BatchOptions {
  readonly flags: CoverFlags;
  /** Skip what an earlier run has done. */
  readonly resumes: boolean;
  /** Number of files in parallel, each in a process of its own if there are several. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Called for each finished output, even if one of its side files failed. */
  readonly onFinished: (finished: Finished) => void;
}

/** The parts of a call that a batch needs. */
export type BatchCall = Pick<Call, 'config' | 'logger' | 'reporter'>;

/** Covers inputs, with one shared detector or one process each; its owner disposes of it. */
export class CoverBatch implements AsyncDisposable {
  readonly #call: BatchCall;
  readonly #options: BatchOptions;
  readonly #detector: LazyDetector;
  readonly #pool: JobPool<CoverWork> | null;
  readonly #resume: Resume | null;
  readonly #folders = new CreatedFolders();
  readonly #hope: Hope;

  constructor(call: BatchCall, options: BatchOptions) {
    const { config, logger } = call;
    const { signal, atOnce, resumes } = options;
    this.#call = call;
    this.#options = options;
    this.#detector = new LazyDetector(() => startDetectorProcess({ config, logger, signal }));
    this.#pool =
      atOnce > 1 ? new JobPool(programBeside(import.meta.url, 'cover-program'), atOnce, logger) : null;
    this.#hope = new Hope(atOnce);
    this.#resume = resumes ? new Resume(config, () => this.#detector.get()) : null;
  }

  /**
   * Covers these jobs.
   *
   * @param call their inputs, and the problems of others
   * @returns the exit code
   * @throws VeilError if no detector is available
   */
  async run(
    jobs: readonly Job[],
    { inputFiles, problems }: Pick<Call, 'inputFiles' | 'problems'>,
  ): Promise<number> {
    const { reporter } = this.#call;
    return await runInputs({
      ...{ jobs, problems, reporter },
      signal: this.#options.signal,
      atOnce: this.#options.atOnce,
      earlier: (job) => this.#earlier(job),
      work: (job) => this.#cover(job, inputFiles),
      isHopeless: (error) =>
        this.#detector.hasFailed || (this.#pool !== null && this.#hope.isLostWith(error)),
    });
  }

  /** Whether files are covered one after another; otherwise `run` may be called again before it has ended. */
  get isOneByOne(): boolean {
    return this.#pool === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool?.[Symbol.asyncDispose]();
    await this.#detector[Symbol.asyncDispose]();
    await this.#folders[Symbol.asyncDispose]();
  }

  async #earlier(job: Job): Promise<boolean | null> {
    const outcome = (await this.#resume?.find(job, this.#options.signal)) ?? null;
    if (outcome === null) return null;
    const { reporter } = this.#call;
    reporter.alreadyDone(job.input, outcome);
    const hasFindings = this.#options.flags.audit && (await this.#auditEarlier(job));
    const isForReview = needsReview(outcome) || hasFindings;
    const { report: reportPath, tracks: tracksPath } = job;
    const result = { ...outcome, reportPath, tracksPath };
    this.#options.onFinished({ input: job.input, result, needsReview: isForReview, isEarlier: true });
    return isForReview;
  }

  async #auditEarlier({ output, report: reportPath }: Job): Promise<boolean> {
    const { signal } = this.#options;
    const audit = await auditOne({ output, reportPath }, { detector: () => this.#detector.get(), signal });
    this.#call.reporter.audited(output, audit);
    return hasFound(audit);
  }

  async #cover(job: Job, inputs: ReadonlySet<string>): Promise<boolean> {
    const { config, reporter } = this.#call;
    const { input } = job;
    await this.#folders.makeFor(resultsOf(job), { inputs, overwrite: config.overwrite, input });
    const results: FileResult[] = [];
    let hasFindings = false;
    const isForReview = (): boolean => hasFindings || results.some(needsReview);
    try {
      const audit = await this.#work(job, (event) => {
        if (event.kind === 'progress') {
          reporter.progress(input, event.progress);
          return;
        }
        results.push(event.result);
        this.#hope.keep();
        reporter.done(input, event.result);
      });
      if (audit !== null) reporter.audited(job.output, audit);
      hasFindings = audit !== null && hasFound(audit);
      return isForReview();
    } finally {
      for (const result of results) {
        this.#options.onFinished({ input, result, needsReview: isForReview(), isEarlier: false });
      }
    }
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
