import type { Audit } from '../../audit/audit-file.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { coverInParts } from '../../jobs/parts/cover-in-parts.ts';
import type { Logger } from '../../logger.ts';
import { anonymizeFile } from '../../pipeline/file/anonymize-file.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import type { Job } from '../output/outputs.ts';

/** What is made of one input besides its output. */
export interface CoverFlags {
  readonly audit: boolean;
  /** The sheet shows the input, with faces. */
  readonly sheetOriginal: boolean;
  /** Parts of one input that are worked on at once; 1: none is cut into parts. */
  readonly partsAtOnce: number;
}

export interface CoverOptions {
  readonly config: ResolvedConfig;
  readonly flags: CoverFlags;
  readonly detector: () => Promise<Detector>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly onProgress: (progress: Progress) => void;
  /** The video is there, and its doubts are said, whatever becomes of copies for looking at. */
  readonly onResult: (result: FileResult) => void;
}

/**
 * Covers one input, and makes all that goes with it. The folders of its results are there.
 *
 * @returns the audit of the output; null where none was asked for
 */
export async function coverOne(job: Job, options: CoverOptions): Promise<Audit | null> {
  const { config, signal, logger, onProgress, detector, flags } = options;
  const { input, output, report, tracks } = job;
  const run = { input, output, config, signal, logger, onProgress, reportPath: report, tracksPath: tracks };
  const result =
    flags.partsAtOnce > 1
      ? await coverInParts({ ...run, detector, atOnce: flags.partsAtOnce })
      : await anonymizeFile({ ...run, detector: detector() });
  options.onResult(result);
  if (job.labels !== null) await drawLabels(job, job.labels, options);
  if (job.sheet !== null) await drawSheet(job, result, options);
  return flags.audit ? auditOne(result, options) : null;
}

/** Covers the input once more, as the tracks say, with their numbers. */
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

/** The sheet shows covered heads, unless somebody asked for the original by its own flag. */
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

/** A second, closer look at the output. */
async function auditOne(
  { reportPath, output }: FileResult,
  { detector, signal }: Pick<CoverOptions, 'detector' | 'signal'>,
): Promise<Audit> {
  const { auditFile } = await import('../../audit/audit-file.ts');
  const { readCoveredTracks } = await import('../../documents/read-report.ts');
  const report = reportPath === null ? null : await readCoveredTracks(reportPath);
  return auditFile({ path: output, detector: await detector(), report, signal });
}
