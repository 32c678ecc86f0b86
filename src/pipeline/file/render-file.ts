import type { ResolvedConfig } from '../../config/schema.ts';
import { silentLogger, type Logger } from '../../logger.ts';
import { checkSideFiles, sideFilesOf } from './check-side-files.ts';
import { checkSameVideo, followTracks } from './follow-tracks.ts';
import { openMedia, type Media } from './media.ts';
import { RunRecord, type Progress } from './run-record.ts';
import { whileUnchanged, type CheckWhole } from './while-unchanged.ts';
import { withAbort } from './with-abort.ts';
import { bytesOf, partOf } from './write-tracks.ts';
import { parseTracks, type TracksDocument, type TracksInput } from '../../documents/tracks-document.ts';
import { writeCovered, type FileResult } from './write-covered.ts';

/** Dismissals, ignored zones and an empty file all end here. */
const NOTHING_COVERED = 'The tracks file covers nothing: every face of the input is open in the output.';

export interface RenderFileOptions {
  /** Path of the video or still image to which the tracks belong. */
  readonly input: string;
  /** Path of the output file. */
  readonly output: string;
  /** The result of `readTracks`, edited or not. */
  readonly tracks: TracksInput;
  /** Detector options have no effect. Start and end default to those of the tracks. */
  readonly config: ResolvedConfig;
  /** Path of the report; no report if omitted or null. */
  readonly reportPath?: string | null;
  /** Draw track numbers over covers, for a preview. Default false. */
  readonly drawsLabels?: boolean;
  /** Stops the run without an output (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Covers a file with given tracks, without a search for faces. With the tracks of `detectFile` the result equals that
 * of `anonymizeFile`, byte for byte.
 *
 * @throws VeilError any code, including TRACKS_INVALID and TRACKS_MISMATCH; then nothing was written
 */
export function renderFile(options: RenderFileOptions): Promise<FileResult> {
  return whileUnchanged(options.input, (checkWhole) => render(options, checkWhole));
}

async function render(options: RenderFileOptions, checkWhole: CheckWhole): Promise<FileResult> {
  const { input, reportPath = null, logger = silentLogger } = options;
  const tracks = parseTracks(options.tracks);
  const config = withTracks(options.config, tracks);
  await checkSideFiles(sideFilesOf({ ...options, config }), options, options.output);
  return withAbort(options.signal, async (signal) => {
    const run = { ...options, config, reportPath, logger, signal, checkWhole };
    const bytes = await bytesOf(input);
    const media = await openMedia({ ...run, detector: null });
    try {
      checkSameVideo(tracks, { bytes, info: media.source.info, ...partOf(media, config) });
      const record = new RunRecord(media.source.info, options.onProgress);
      const told = withDoubts(media, () => (record.coversAny || isKept(tracks) ? [] : [NOTHING_COVERED]));
      return await writeCovered(told, followTracks(media, tracks), record, run);
    } catch (error) {
      await media.sink.abort();
      throw error;
    } finally {
      await media.source[Symbol.asyncDispose]();
    }
  });
}

function withDoubts(media: Media, doubts: () => readonly string[]): Media {
  return {
    ...media,
    notes: () => [...media.notes(), ...doubts()],
    doubts: () => [...media.doubts(), ...doubts()],
  };
}

/** Whether people have decided to keep everybody visible, in so many words. */
function isKept({ tracks }: TracksDocument): boolean {
  const left = tracks.filter(({ state }) => state !== 'dismissed');
  return left.length > 0 && left.every(({ state }) => state === 'kept');
}

/**
 * Omitted options default to those of the tracks; others must agree, which is checked later. Mutes of the tracks are
 * added: their times count from the start of the part.
 */
function withTracks(config: ResolvedConfig, { input, mutes = [] }: TracksDocument): ResolvedConfig {
  const start = config.start ?? input.start;
  const muted = mutes.map(({ from, to }): [number, number] => [from + (start ?? 0), to + (start ?? 0)]);
  return { ...config, start, end: config.end ?? input.end, mute: [...config.mute, ...muted] };
}
