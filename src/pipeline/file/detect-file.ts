import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { interrupted } from '../../errors.ts';
import { silentLogger, type Logger } from '../../logger.ts';
import { checkSideFiles } from './check-side-files.ts';
import { findInMedia } from './find-in-media.ts';
import { openInput } from './media.ts';
import { RunRecord, type Progress, type RunResult } from './run-record.ts';
import { whileUnchanged, type CheckWhole } from './while-unchanged.ts';
import { withDetector } from './with-detector.ts';
import { prepareTracks } from './write-tracks.ts';

export interface DetectFileOptions {
  /** Path of a video or a still image. */
  readonly input: string;
  /** Path of the tracks file to write. */
  readonly output: string;
  readonly config: ResolvedConfig;
  /** Stops the run without an output (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
  /** Shared between runs, and closed by its owner. Without it the config's detector runs in a process of its own. */
  readonly detector?: Detector | Promise<Detector>;
}

/**
 * Finds the faces in a file as `anonymizeFile` does, and writes their tracks. It writes no picture.
 *
 * @throws VeilError any code; then nothing was written
 */
export function detectFile(options: DetectFileOptions): Promise<RunResult> {
  return whileUnchanged(options.input, (checkWhole) => detect(options, checkWhole));
}

async function detect(options: DetectFileOptions, checkWhole: CheckWhole): Promise<RunResult> {
  const { input, output, config, logger = silentLogger, onProgress } = options;
  await checkSideFiles([{ path: output, kind: 'tracks' }], options);
  return withDetector({ ...options, logger }, async (detector, signal) => {
    const media = await openInput({ input, config, detector, signal, logger });
    try {
      const record = new RunRecord(media.source.info, onProgress);
      const onLooked = record.addLooked.bind(record);
      const tracked = findInMedia(media, {
        detector: await detector,
        threshold: config.threshold,
        signal,
        onLooked,
      });
      for await (const frame of tracked.frames) {
        if (signal.aborted) throw interrupted();
        record.add(frame);
        frame.frame.release?.();
      }
      await checkWhole();
      const file = await prepareTracks(output, { input, media, tracked, record, config });
      try {
        await file.place(config.overwrite);
      } finally {
        await file.remove();
      }
      return record.result(output, tracked.review(record.tracks), {
        warnings: media.notes(),
        doubts: media.doubts(),
      });
    } finally {
      await media.source[Symbol.asyncDispose]();
    }
  });
}
