import { basename } from 'node:path';
import { createAnonymizer, type Anonymizer } from '../../anonymize/anonymizer.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Provenance } from '../../documents/provenance.ts';
import type { Logger } from '../../logger.ts';
import { prepareFile } from '../../sink/new-file.ts';
import type { TemporaryFile } from '../../sink/temporary-file.ts';
import type { Source } from '../../source/source.ts';
import { coverFrames } from './cover-frames.ts';
import type { TrackedMedia } from './find-in-media.ts';
import type { Media, MediaInput } from './media.ts';
import { hashInput } from './hash-input.ts';
import { startAtOnce } from './start-at-once.ts';
import { provenanceOf, sealPathOf, sealText } from './prove.ts';
import { ownVersions, reportOf, withoutFolders } from '../../documents/write-report.ts';
import type { RunRecord, RunResult } from './run-record.ts';
import type { CheckWhole } from './while-unchanged.ts';
import { prepareTracks } from './write-tracks.ts';

export interface WriteOptions {
  readonly input: string;
  readonly output: string;
  readonly config: ResolvedConfig;
  readonly reportPath: string | null;
  readonly tracksPath?: string | null;
  /** Draw track numbers over covers. Default false. */
  readonly drawsLabels?: boolean;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Called before anything gets its name. */
  readonly checkWhole?: CheckWhole;
}

/** Result of a run that wrote a file. */
export interface FileResult extends RunResult {
  readonly reportPath: string | null;
  readonly tracksPath: string | null;
}

/**
 * Covers every frame and writes the output with its report. After an error the caller aborts the sink, and no output
 * appears.
 */
export async function writeCovered(
  media: Media,
  tracked: TrackedMedia,
  record: RunRecord,
  options: WriteOptions,
): Promise<FileResult> {
  const { signal, input } = options;
  // In parallel with the first looks: both read the input from its beginning.
  const frames = startAtOnce(tracked.frames);
  const { noiseSeed, sha256 } = await hashInput(input, signal);
  const anonymizer = await anonymizerFor(media.source, noiseSeed, options);
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
    const { description } = anonymizer;
    return await finishCovered(
      (beforePlacing) => media.sink.finish(beforePlacing),
      {
        media,
        tracked,
        record,
        sha256,
        anonymizer: description,
        encoder: media.sink.encoder ?? null,
        closingFrames: media.sink.closingFrames ?? 0,
      },
      options,
    );
  } finally {
    await anonymizer.close();
  }
}

/** The anonymizer for the frames of a source. */
export function anonymizerFor(
  { info, color }: Pick<Source, 'info' | 'color'>,
  noiseSeed: string,
  { config, logger, drawsLabels }: Pick<WriteOptions, 'config' | 'logger' | 'drawsLabels'>,
): Promise<Anonymizer> {
  const { style, cells, shape, padding, color: solid, anonymizer } = config;
  return createAnonymizer({
    ...{ style, cells, shape, padding, anonymizer, logger },
    color: solid,
    format: info.format,
    width: info.width,
    height: info.height,
    fullRange: color?.range === 'pc',
    transfer: color?.transfer,
    labels: drawsLabels,
    seed: noiseSeed,
  });
}

/** A run whose frames are all covered and encoded. */
export interface CoveredRun {
  readonly media: Omit<MediaInput, 'source' | 'look' | 'reopen'> & { readonly source: Pick<Source, 'info'> };
  readonly tracked: Omit<TrackedMedia, 'frames'>;
  readonly record: RunRecord;
  /** Checksum of the input. */
  readonly sha256: string;
  /** Description of the anonymizer. */
  readonly anonymizer: string;
  /** Name of the encoder in ffmpeg, or null. */
  readonly encoder: string | null;
  /** The detector's weights; by default those of `tracked`. */
  readonly weights?: Provenance['weights'];
  /** See `Sink.closingFrames`. */
  readonly closingFrames?: number;
}

/**
 * Gives an output, its report and its tracks their names, all or none.
 *
 * @param finish ends the output; it calls its argument before the output gets its name
 */
export async function finishCovered(
  finish: (beforePlacing: (path: string) => Promise<void>) => Promise<void>,
  { media, tracked, record, sha256, anonymizer, encoder, weights, closingFrames = 0 }: CoveredRun,
  { config, reportPath, tracksPath = null, signal, input, output, checkWhole }: WriteOptions,
): Promise<FileResult> {
  const review = tracked.review(record.tracks);
  const { overwrite } = config;
  await using files = new SideFiles();
  await finish(async (path) => {
    await checkWhole?.();
    const versions = { ...ownVersions(), ...media.versions };
    const { weightFiles } = tracked;
    const settings = withoutFolders(config);
    const proven = { input, sha256, path, weights: weights ?? weightFiles, settings, signal };
    const provenance = await provenanceOf(proven);
    const report = reportOf(record.tracks, {
      versions,
      inputName: basename(input),
      reading: media.reading,
      output: { name: basename(output) },
      info: media.source.info,
      closingFrames,
      looks: tracked.looks(),
      detector: tracked.detector,
      anonymizer,
      encoder,
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
}

/** Reports and tracks get their names together with the video, so that none appears without the others. */
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
