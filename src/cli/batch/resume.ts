import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import type { Provenance } from '../../documents/provenance.ts';
import type { ReportedRun } from '../../documents/read-report.ts';
import { findDone } from '../../jobs/batch/find-done.ts';
import { reviewStateOf } from '../../documents/decisions.ts';
import { sealPathOf, weightsOf } from '../../pipeline/file/prove.ts';
import type { Job } from '../output/outputs.ts';
import type { PastOutcome } from '../report/reporter.ts';

/** Finds jobs that earlier runs have done. */
export class Resume {
  readonly #config: ResolvedConfig;
  readonly #detector: () => Promise<Detector>;
  #weights: Promise<Provenance['weights']> | null = null;

  constructor(config: ResolvedConfig, detector: () => Promise<Detector>) {
    this.#config = config;
    this.#detector = detector;
  }

  /** Result of an earlier run, if a new one would make the same; else null. */
  async find(job: Job, signal: AbortSignal): Promise<PastOutcome | null> {
    const { input, output, report, tracks, sheet, labels } = job;
    const config = this.#config;
    const review = tracks === null ? 'untouched' : await reviewStateOf(tracks);
    // No output contains unsaved edits.
    if (review === 'unsaved') return null;
    const seal = config.seal ? sealPathOf(output) : null;
    const run = await findDone({
      ...{ input, output, report, config, signal },
      others: [tracks, sheet, labels, seal].filter((path) => path !== null),
      isReviewed: review === 'decided',
      reviewed: review === 'untouched' ? null : tracks,
      weights: () => (this.#weights ??= this.#readWeights(signal)),
    });
    return run === null ? null : outcomeOf(run, job);
  }

  async #readWeights(signal: AbortSignal): Promise<Provenance['weights']> {
    const { weightFiles = [] } = await this.#detector();
    return weightsOf(weightFiles, signal);
  }
}

function outcomeOf(run: ReportedRun, { output, report, tracks }: Job): PastOutcome {
  const { frames, tracks: people, uncertain, unlisted, doubts } = run;
  return {
    ...{ output, reportPath: report, tracksPath: tracks, frames, uncertain, unlisted, doubts },
    tracks: people.length,
  };
}
