import type { ResolvedConfig } from '../../config/schema.ts';
import { silentLogger, type Logger } from '../../logger.ts';
import { checkSideFiles } from './check-side-files.ts';
import { checkSameVideo, followTracks } from './follow-tracks.ts';
import { openMedia, type Media } from './media.ts';
import { sealPathOf } from './prove.ts';
import { RunRecord, type Progress } from './run-record.ts';
import { withAbort } from './with-abort.ts';
import { bytesOf, partOf } from './write-tracks.ts';
import { parseTracks, type TracksDocument, type TracksInput } from '../../documents/tracks-document.ts';
import { writeCovered, type FileResult } from './write-covered.ts';

export interface RenderFileOptions {
  /** Path of the video or still image that the tracks are of. */
  readonly input: string;
  /** Path of the file to make. */
  readonly output: string;
  /** What to cover: what `readTracks` gave, edited or not. */
  readonly tracks: TracksInput;
  /** Options of detectors do nothing. Without start and end the part is that of the tracks. */
  readonly config: ResolvedConfig;
  /** Path of the report; none where it is left out or null. */
  readonly reportPath?: string | null;
  /** Draw the numbers of tracks over their covers, for a preview. Default false. */
  readonly drawsLabels?: boolean;
  /** Stops the run; nothing comes out (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly logger?: Logger;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Covers a file with tracks that are known already, and looks for no others. Tracks as `detectFile` writes them give
 * what `anonymizeFile` gives, byte for byte.
 *
 * @throws VeilError any code, TRACKS_INVALID and TRACKS_MISMATCH among them; nothing was written then
 */
export async function renderFile(options: RenderFileOptions): Promise<FileResult> {
  const { input, reportPath = null, logger = silentLogger } = options;
  const tracks = parseTracks(options.tracks);
  const config = withTracks(options.config, tracks);
  await checkSideFiles(
    [
      { path: reportPath, kind: 'report' },
      { path: config.seal ? sealPathOf(options.output) : null, kind: 'seal' },
    ],
    options,
    options.output,
  );
  return withAbort(options.signal, async (signal) => {
    const run = { ...options, config, reportPath, logger, signal };
    const bytes = await bytesOf(input);
    const media = withDoubts(await openMedia({ ...run, detector: null }), emptyDoubts(tracks));
    try {
      checkSameVideo(tracks, { bytes, info: media.source.info, ...partOf(media, config) });
      const record = new RunRecord(media.source.info, options.onProgress);
      return await writeCovered(media, followTracks(media, tracks), record, run);
    } catch (error) {
      await media.sink.abort();
      throw error;
    } finally {
      await media.source[Symbol.asyncDispose]();
    }
  });
}

function withDoubts(media: Media, doubts: readonly string[]): Media {
  return {
    ...media,
    notes: () => [...media.notes(), ...doubts],
    doubts: () => [...media.doubts(), ...doubts],
  };
}

function emptyDoubts({ tracks, zones = [], curtains }: TracksDocument): string[] {
  const isEmpty =
    tracks.every(({ state }) => state === 'dismissed') &&
    zones.every(({ kind }) => kind === 'ignore') &&
    curtains.length === 0;
  return isEmpty ? ['The tracks file covers nothing: every face of the input is open in the output.'] : [];
}

/**
 * Options that are left out are those of the tracks; given ones must agree, which is checked. Spans that the tracks
 * silence are silenced too: their times count from the start of the part.
 */
function withTracks(config: ResolvedConfig, { input, mutes = [] }: TracksDocument): ResolvedConfig {
  const start = config.start ?? input.start;
  const muted = mutes.map(({ from, to }): [number, number] => [from + (start ?? 0), to + (start ?? 0)]);
  return { ...config, start, end: config.end ?? input.end, mute: [...config.mute, ...muted] };
}
