import { join } from 'node:path';
import { sha256OfFile } from '../../base/sha256.ts';
import { auditFile, type Audit } from '../../audit/audit-file.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { readCoveredTracks } from '../../documents/read-report.ts';
import { readTracks } from '../../documents/tracks-document.ts';
import { VeilError } from '../../errors.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { anonymizeFile } from '../../pipeline/file/anonymize-file.ts';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { renderFile } from '../../pipeline/file/render-file.ts';
import type { Progress, RunResult } from '../../pipeline/file/run-record.ts';
import type { Destination, Staging } from '../storage/destination.ts';
import type { ScratchFolder } from '../storage/scratch.ts';
import type { FileJob } from './file-job.ts';
import type { Stage } from './job-progress.ts';
import { localCopy, resultsOf, type WorkerSetup } from './open-job.ts';

/** How a job of a file ended; it stays in the queue. */
export interface FileOutcome {
  /** `review`: the tracks are there, and a person decides on them. */
  readonly outcome: 'published' | 'review';
  readonly frames?: number;
  /** Seconds of video. */
  readonly seconds?: number;
  /** Faces followed. */
  readonly tracks?: number;
  /** Of all spans in which a face may be visible, seconds of a recognisable face. */
  readonly risk?: number;
  /** Faces that the audit found, where the job lets them be told. */
  readonly findings?: number;
}

/** One attempt at a job. */
export interface Attempt {
  readonly setup: WorkerSetup;
  readonly scratch: ScratchFolder;
  readonly signal: AbortSignal;
  readonly tell: (stage: Stage, done?: number, total?: number | null) => void;
  /** Throws where the job is another worker's by now. */
  readonly confirm: () => Promise<void>;
}

/** What publishes results, and remembers with the job that it did. */
export interface Publisher {
  readonly destination: Destination;
  /** Told the checksum of what is about to be published. */
  readonly remember: (sha256: string) => Promise<void>;
}

/** The options that a job runs with: where its results go is not theirs to say. */
export function configOf(job: FileJob): ResolvedConfig {
  return { ...job.settings, overwrite: false, report: true, seal: false };
}

/**
 * Works on a file as a whole: finds, covers, audits, publishes. Everything before the last step can be done again.
 *
 * @throws VeilError any code; nothing was published then
 */
export async function runWholeFile(
  job: FileJob,
  publisher: Publisher,
  attempt: Attempt,
): Promise<FileOutcome> {
  const { setup, signal, tell } = attempt;
  tell('fetching');
  const input = await localCopy(job.input, setup, attempt);
  const config = configOf(job);
  await using detector = new LazyDetector(() =>
    startDetectorProcess({ config, logger: setup.logger, signal }),
  );
  await using staging = await publisher.destination.stage();
  const result = await make(job, { input, config, staging, detector: () => detector.get() }, attempt);
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
    const tracks = await readTracks(await localCopy(job.decided, setup, attempt));
    return renderFile({ ...common, tracks, reportPath });
  }
  const tracksPath = job.tracks === null ? null : join(staging.folder, job.tracks);
  return anonymizeFile({ ...common, reportPath, tracksPath, detector: detector() });
}

/** The end of every job: the audit, then the publication. */
export async function conclude(
  job: FileJob,
  {
    result,
    staging,
    detector,
  }: {
    readonly result: Pick<RunResult, 'frames' | 'seconds' | 'tracks' | 'uncertain'>;
    readonly staging: Staging;
    readonly detector: () => Promise<Detector>;
  },
  { remember }: Publisher,
  { tell, confirm, signal }: Attempt,
): Promise<FileOutcome> {
  const path = join(staging.folder, resultsOf(job).main.name);
  let findings = 0;
  if (!job.stopsForReview) {
    tell('checking', 0, result.frames);
    const report = await readCoveredTracks(join(staging.folder, job.report));
    const audit = await auditFile({ path, detector: await detector(), report, signal });
    findings = audit.findings.length;
    refuseFindings(job, audit);
  }
  tell('publishing');
  const sha256 = await sha256OfFile(path, signal);
  await confirm();
  await remember(sha256);
  await staging.publish(sha256, confirm);
  return {
    outcome: job.stopsForReview ? 'review' : 'published',
    frames: result.frames,
    seconds: rounded(result.seconds),
    tracks: result.tracks,
    risk: rounded(result.uncertain.reduce((sum, { risk }) => sum + risk, 0)),
    findings,
  };
}

function refuseFindings(job: FileJob, { problems, findings }: Audit): void {
  if (problems.length > 0) {
    throw refused(`The audit found a fault of the output: ${problems[0]!}`);
  }
  if (findings.length === 0 || job.findings === 'tell') return;
  const [{ from, to, score }] = findings as [Audit['findings'][number]];
  const many = findings.length === 1 ? 'a face' : `${findings.length} faces`;
  throw refused(
    `The audit found ${many} in the output, the surest from ${from.toFixed(1)} to ${to.toFixed(1)} s (score ${score.toFixed(2)}).`,
  );
}

function refused(message: string): VeilError {
  return new VeilError('AUDIT_REFUSED', message, {
    hint: 'Nothing was published. Add the job with --stop-for-review, and decide; or with --findings tell.',
  });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
