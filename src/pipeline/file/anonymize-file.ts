import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { silentLogger, type Logger } from '../../logger.ts';
import { checkSideFiles, sideFilesOf } from './check-side-files.ts';
import { findInMedia } from './find-in-media.ts';
import { openMedia } from './media.ts';
import { RunRecord, type Progress } from './run-record.ts';
import { whileUnchanged, type CheckWhole } from './while-unchanged.ts';
import { withDetector } from './with-detector.ts';
import { writeCovered, type FileResult } from './write-covered.ts';

export interface AnonymizeFileOptions {
  /** Path of a video or a still image. */
  readonly input: string;
  /** Path of the output file. */
  readonly output: string;
  readonly config: ResolvedConfig;
  /** Path of the report; no report if omitted or null. */
  readonly reportPath?: string | null;
  /** Path of the tracks file; no tracks file if omitted or null. */
  readonly tracksPath?: string | null;
  /** Stops the run without an output (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
  /** Shared between runs, and closed by its owner. Without it the config's detector runs in a process of its own. */
  readonly detector?: Detector | Promise<Detector>;
}

/**
 * Covers every face in a file. Output, report and tracks get their names when everything is done and checked, or not at
 * all.
 *
 * @throws VeilError any code; then nothing was written, and the input is unchanged
 */
export function anonymizeFile(options: AnonymizeFileOptions): Promise<FileResult> {
  return whileUnchanged(options.input, (checkWhole) => anonymize(options, checkWhole));
}

async function anonymize(options: AnonymizeFileOptions, checkWhole: CheckWhole): Promise<FileResult> {
  const { reportPath = null, tracksPath = null, logger = silentLogger } = options;
  await checkSideFiles(sideFilesOf(options), options, options.output);
  return withDetector({ ...options, logger }, async (detector, signal) => {
    const media = await openMedia({ ...options, detector, logger, signal });
    const run = { ...options, reportPath, tracksPath, logger, signal, checkWhole };
    try {
      const record = new RunRecord(media.source.info, options.onProgress);
      const onLooked = record.addLooked.bind(record);
      const tracked = findInMedia(media, {
        detector: await detector,
        threshold: options.config.threshold,
        signal,
        onLooked,
        onFirst: ({ pts }) => media.sink.prepare?.(pts),
      });
      return await writeCovered(media, tracked, record, run);
    } catch (error) {
      await media.sink.abort();
      throw error;
    } finally {
      await media.source[Symbol.asyncDispose]();
    }
  });
}
