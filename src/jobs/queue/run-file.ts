import { join } from 'node:path';
import { sha256OfFile } from '../../base/sha256.ts';
import { auditFile } from '../../audit/audit-file.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { readCoveredTracks } from '../../documents/read-report.ts';
import { REVIEWED } from '../../documents/risk.ts';
import { readTracks } from '../../documents/tracks-document.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { anonymizeFile } from '../../pipeline/file/anonymize-file.ts';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { renderFile } from '../../pipeline/file/render-file.ts';
import type { Progress, RunResult } from '../../pipeline/file/run-record.ts';
import type { Destination, Staging } from '../storage/destination.ts';
import type { ScratchFolder } from '../storage/scratch.ts';
import type { FileJob } from './file-job.ts';
import type { Stage } from './job-progress.ts';
import { judgeAudit, type Judgement } from './judge-audit.ts';
import { openInput, resultsOf, type WorkerSetup } from './open-job.ts';

/** Result of a file job; it stays in the queue. */
export interface FileOutcome {
  /** `review`: the tracks exist, and wait for a person's decisions. */
  readonly outcome: 'published' | 'review';
  readonly frames?: number;
  /** Seconds of video. */
  readonly seconds?: number;
  /** Number of tracks. */
  readonly tracks?: number;
  /** Risk of all doubts together, seconds of a recognisable face. */
  readonly risk?: number;
  /** Audit findings that the job tolerates; their places are part of the doubts. */
  readonly audit?: Judgement;
  /** Whether a person should look through the output: as exit code 3 of `veil blur`. */
  readonly needsReview?: boolean;
}

/** One attempt at a job. */
export interface Attempt {
  readonly setup: WorkerSetup;
  readonly scratch: ScratchFolder;
  readonly signal: AbortSignal;
  readonly tell: (stage: Stage, done?: number, total?: number | null) => void;
  /** Throws if another worker has the job by now. */
  readonly confirm: () => Promise<void>;
}

/** Publishes results, and records that with the job. */
export interface Publisher {
  readonly destination: Destination;
  /** Called with the checksum of the output before it is published. */
  readonly remember: (sha256: string) => Promise<void>;
}

/** The options of a job. They do not decide where its results go. */
export function configOf(job: FileJob): ResolvedConfig {
  return { ...job.settings, overwrite: false, report: true, seal: false };
}

/**
 * Works on a file as a whole: finds, covers, audits, publishes. All steps before publishing can be repeated.
 *
 * @throws VeilError any code; then nothing was published
 */
export async function runWholeFile(
  job: FileJob,
  publisher: Publisher,
  attempt: Attempt,
): Promise<FileOutcome> {
  const { setup, signal, tell } = attempt;
  tell('fetching');
  await using file = await openInput(job.input, setup, signal);
  const config = configOf(job);
  await using detector = new LazyDetector(() =>
    startDetectorProcess({ config, logger: setup.logger, signal }),
  );
  await using staging = await publisher.destination.stage();
  const result = await make(
    job,
    { input: file.path, config, staging, detector: () => detector.get() },
    attempt,
  );
  return await conclude(job, { result, staging, detector: () => detector.get() }, publisher, attempt);
}

interface Making {
  readonly input: string;
  readonly config: ResolvedConfig;
  readonly staging: Staging;
  readonly detector: () => Promise<Detector>;
}

async function make(job: FileJob, making: Making, attempt: Attempt): Promise<RunResult> {
  const { input, config, staging, detector } = making;
  const { signal, setup, tell } = attempt;
  const { logger } = setup;
  const onProgress = ({ stage, framesDone, framesTotal }: Progress): void => {
    tell(stage, framesDone, framesTotal);
  };
  const output = join(staging.folder, resultsOf(job).main.name);
  const common = { input, output, config, signal, logger, onProgress };
  if (job.stopsForReview) return detectFile({ ...common, detector: detector() });
  const reportPath = join(staging.folder, job.report);
  if (job.decided !== null) {
    await using decided = await openInput(job.decided, setup, signal);
    const tracks = await readTracks(decided.path);
    return await renderFile({ ...common, tracks, reportPath });
  }
  const tracksPath = job.tracks === null ? null : join(staging.folder, job.tracks);
  return anonymizeFile({ ...common, reportPath, tracksPath, detector: detector() });
}

/** The last step of every job: audit, then publication. */
export async function conclude(
  job: FileJob,
  {
    result,
    staging,
    detector,
  }: {
    readonly result: Pick<RunResult, 'frames' | 'seconds' | 'tracks' | 'uncertain' | 'doubts'>;
    readonly staging: Staging;
    readonly detector: () => Promise<Detector>;
  },
  { remember }: Publisher,
  { tell, confirm, signal }: Attempt,
): Promise<FileOutcome> {
  const path = join(staging.folder, resultsOf(job).main.name);
  let audit: Judgement = { findings: 0, risk: 0, places: [] };
  if (!job.stopsForReview) {
    tell('checking', 0, result.frames);
    const report = await readCoveredTracks(join(staging.folder, job.report));
    audit = judgeAudit(job, await auditFile({ path, detector: await detector(), report, signal }));
  }
  tell('publishing');
  const sha256 = await sha256OfFile(path, signal);
  await confirm();
  await remember(sha256);
  await staging.publish(sha256, confirm);
  const risk = result.uncertain.reduce((sum, span) => sum + span.risk, 0);
  return {
    outcome: job.stopsForReview ? 'review' : 'published',
    frames: result.frames,
    seconds: rounded(result.seconds),
    tracks: result.tracks,
    risk: rounded(risk),
    audit,
    needsReview: result.doubts.length > 0 || risk >= REVIEWED || audit.risk >= REVIEWED,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
