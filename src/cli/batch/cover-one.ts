import type { Audit } from '../../audit/audit-file.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import type { PartsRunOptions } from '../../jobs/parts/cover-in-parts.ts';
import type { Logger } from '../../logger.ts';
import { anonymizeFile } from '../../pipeline/file/anonymize-file.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { Job } from '../output/outputs.ts';

/** Side products of one input. */
export interface CoverFlags {
  readonly audit: boolean;
  /** The sheet shows the input, with visible faces. */
  readonly sheetOriginal: boolean;
  /** Number of parts in parallel for one input; 1: no parts. */
  readonly partsAtOnce: number;
}

export interface CoverOptions {
  readonly config: ResolvedConfig;
  readonly flags: CoverFlags;
  readonly detector: () => Promise<Detector>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly onProgress: (progress: Progress) => void;
  /** Called when the video exists and its doubts are reported, even if side products fail later. */
  readonly onResult: (result: FileResult) => void;
}

/**
 * Covers one input, and makes its side products. The folders of its results exist.
 *
 * @returns the audit of the output; null if it is not requested
 */
export async function coverOne(job: Job, options: CoverOptions): Promise<Audit | null> {
  const { config, signal, logger, onProgress, detector, flags } = options;
  const { input, output, report, tracks } = job;
  const run = { input, output, config, signal, logger, onProgress, reportPath: report, tracksPath: tracks };
  const result =
    flags.partsAtOnce > 1
      ? await coverParts({ ...run, detector, atOnce: flags.partsAtOnce })
      : await anonymizeFile({ ...run, detector: detector() });
  options.onResult(result);
  if (job.labels !== null) await drawLabels(job, job.labels, options);
  if (job.sheet !== null) await drawSheet(job, result, options);
  return flags.audit ? auditOne(result, options) : null;
}

/** Loaded on demand: most runs need no parts. */
async function coverParts(options: PartsRunOptions): Promise<FileResult> {
  const { coverInParts } = await import('../../jobs/parts/cover-in-parts.ts');
  return coverInParts(options);
}

/** Covers the input once more, using the tracks, and draws their numbers. */
async function drawLabels(
  { input, tracks }: Job,
  output: string,
  { config, logger, onProgress, signal }: Pick<CoverOptions, 'config' | 'logger' | 'onProgress' | 'signal'>,
): Promise<void> {
  const { renderFile } = await import('../../pipeline/file/render-file.ts');
  const { readTracks } = await import('../../documents/tracks-document.ts');
  await renderFile({
    ...{ input, output, tracks: await readTracks(tracks!), signal, logger, drawsLabels: true, onProgress },
    config: { ...config, seal: false },
  });
}

/** The sheet shows covered heads, unless a flag asks for the original. */
async function drawSheet(
  { input, output, sheet }: Job,
  { uncertain: spans }: FileResult,
  { config, flags, signal }: Pick<CoverOptions, 'config' | 'flags' | 'signal'>,
): Promise<void> {
  const { doubtSheet } = await import('../../review/doubt-sheet.ts');
  const { writeNewFile } = await import('../../sink/new-file.ts');
  const { start, end, overwrite } = config;
  const from = flags.sheetOriginal ? { path: input, start, end } : { path: output, start: null, end: null };
  const picture = await doubtSheet({ ...from, spans, signal });
  await writeNewFile(sheet!, picture, {
    ...{ overwrite, input, kind: 'image' },
    isPrivate: flags.sheetOriginal,
  });
}

/** Audits the output. */
export async function auditOne(
  { reportPath, output }: Pick<FileResult, 'reportPath' | 'output'>,
  { detector, signal }: Pick<CoverOptions, 'detector' | 'signal'>,
): Promise<Audit> {
  const { auditFile } = await import('../../audit/audit-file.ts');
  const { readCoveredTracks } = await import('../../documents/read-report.ts');
  const report = reportPath === null ? null : await readCoveredTracks(reportPath);
  return auditFile({ path: output, detector: await detector(), report, signal });
}
