import { basename } from 'node:path';
import { createAnonymizer } from '../../anonymize/anonymizer.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Logger } from '../../logger.ts';
import { prepareFile } from '../../sink/new-file.ts';
import type { TemporaryFile } from '../../sink/temporary-file.ts';
import { coverFrames } from './cover-frames.ts';
import type { TrackedMedia } from './find-in-media.ts';
import type { Media } from './media.ts';
import { hashInput } from './hash-input.ts';
import { startAtOnce } from './start-at-once.ts';
import { provenanceOf, sealPathOf, sealText } from './prove.ts';
import { ownVersions, reportOf, withoutFolders } from '../../documents/write-report.ts';
import type { RunRecord, RunResult } from './run-record.ts';
import { prepareTracks } from './write-tracks.ts';

export interface WriteOptions {
  readonly input: string;
  readonly output: string;
  readonly config: ResolvedConfig;
  readonly reportPath: string | null;
  readonly tracksPath?: string | null;
  /** Draw the numbers of tracks over their covers. Default false. */
  readonly drawsLabels?: boolean;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** The result of a run that wrote a file. */
export interface FileResult extends RunResult {
  readonly reportPath: string | null;
  readonly tracksPath: string | null;
}

/**
 * Covers every frame and writes the output, with its report. On an error the caller aborts the sink; nothing has come
 * out then.
 */
export async function writeCovered(
  media: Media,
  tracked: TrackedMedia,
  record: RunRecord,
  options: WriteOptions,
): Promise<FileResult> {
  const { config, reportPath, tracksPath = null, logger, signal, input, output } = options;
  const { info, color } = media.source;
  // Beside the first looks: both read the input from its beginning.
  const frames = startAtOnce(tracked.frames);
  const { noiseSeed, sha256 } = await hashInput(input, signal);
  const anonymizer = await createAnonymizer({
    style: config.style,
    cells: config.cells,
    shape: config.shape,
    padding: config.padding,
    color: config.color,
    anonymizer: config.anonymizer,
    format: info.format,
    width: info.width,
    height: info.height,
    fullRange: color?.range === 'pc',
    transfer: color?.transfer,
    logger,
    labels: options.drawsLabels,
    seed: noiseSeed,
  });
  try {
    await coverFrames(
      frames,
      { anonymizer, sink: media.sink },
      {
        signal,
        onFrame: (frame) => {
          record.add(frame);
        },
      },
    );
    const review = tracked.review(record.tracks);
    const { overwrite } = config;
    await using files = new SideFiles();
    await media.sink.finish(async (path) => {
      const versions = { ...ownVersions(), ...media.versions };
      const { weightFiles } = tracked;
      const settings = withoutFolders(config);
      const provenance = await provenanceOf({ input, sha256, path, weightFiles, settings, signal });
      const report = reportOf(record.tracks, {
        versions,
        inputName: basename(input),
        reading: media.reading,
        output: { name: basename(output) },
        info,
        looks: tracked.looks(),
        detector: tracked.detector,
        anonymizer: anonymizer.description,
        config: settings,
        provenance,
        timings: { elapsed: Math.round(record.elapsed * 1000) / 1000 },
        tracks: tracked.tracks(),
        uncertain: review.spans,
        unlisted: review.unlisted,
        warnings: media.notes(),
        doubts: media.doubts(),
      });
      const side = { overwrite, input };
      if (reportPath !== null) {
        await files.add(prepareFile(reportPath, `${JSON.stringify(report)}\n`, { ...side, kind: 'report' }));
      }
      if (config.seal) {
        const text = sealText(provenance, versions, { input, output });
        await files.add(prepareFile(sealPathOf(output), text, { ...side, kind: 'seal' }));
      }
      if (tracksPath !== null) {
        await files.add(prepareTracks(tracksPath, { input, media, tracked, record, config }));
      }
    });
    await files.place(overwrite);
    return {
      ...record.result(output, review, { warnings: media.notes(), doubts: media.doubts() }),
      reportPath,
      tracksPath,
    };
  } finally {
    await anonymizer.close();
  }
}

/** Reports and tracks get their names when the video has its own, so that there is never one without the other. */
class SideFiles implements AsyncDisposable {
  readonly #files: TemporaryFile[] = [];

  async add(preparing: Promise<TemporaryFile>): Promise<void> {
    this.#files.push(await preparing);
  }

  async place(overwrite: boolean): Promise<void> {
    for (const file of this.#files) await file.place(overwrite);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files) await file.remove();
  }
}
