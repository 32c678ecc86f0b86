import { resolve } from 'node:path';
import type { ResolvedConfig } from '../config/schema.ts';
import type { Detector } from '../detect/detector.ts';
import { VeilError } from '../errors.ts';
import { silentLogger, type Logger } from '../logger.ts';
import { checkTarget } from '../sink/target.ts';
import { createConfiguredDetector, findInMedia } from './find-in-media.ts';
import { openMedia } from './media.ts';
import type { Progress } from './run-record.ts';
import { stopping } from './stopping.ts';
import { writeCovered, type FileResult } from './write-covered.ts';

export { createConfiguredDetector } from './find-in-media.ts';

export interface AnonymizeFileOptions {
  /** Path of a video or a still image. */
  readonly input: string;
  /** Path of the file to make. */
  readonly output: string;
  readonly config: ResolvedConfig;
  /** Path of the report; none where it is left out or null. */
  readonly reportPath?: string | null;
  /** Stops the run; nothing comes out (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
  /** Shared between runs, and closed by whoever made it. Without it the config's detector is made. */
  readonly detector?: Detector;
}

/**
 * Covers every face in a file. Output and report appear under their names when everything is done and checked,
 * or not at all.
 *
 * @throws VeilError any code; nothing was written then, and the input is as it was
 */
export async function anonymizeFile(options: AnonymizeFileOptions): Promise<FileResult> {
  const { config, reportPath = null, logger = silentLogger } = options;
  await checkReportPath(reportPath, options);
  return stopping(options.signal, async (signal) => {
    const run = { ...options, reportPath, logger, signal };
    const media = await openMedia({ ...run, looks: true });
    let detector: Detector | null = null;
    try {
      detector = options.detector ?? (await createConfiguredDetector(config, logger));
      return await writeCovered(media, findInMedia(media, detector, config), run);
    } catch (error) {
      await media.sink.abort();
      throw error;
    } finally {
      await media.source[Symbol.asyncDispose]();
      if (detector !== options.detector) await detector?.close();
    }
  });
}

/** Said before the work, not after it. */
export async function checkReportPath(
  path: string | null,
  { input, output, config }: Pick<AnonymizeFileOptions, 'input' | 'output' | 'config'>,
): Promise<void> {
  if (path === null) return;
  const report = await checkTarget({ path, overwrite: config.overwrite, input });
  if (report === resolve(output)) {
    throw new VeilError('USAGE', `Output and report would both be ${path}.`, {
      hint: 'Choose another place for the report with --report.',
    });
  }
}
