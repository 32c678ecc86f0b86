import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ResolvedConfig } from '../../config/schema.ts';
import { prepareFile } from '../../sink/new-file.ts';
import type { TemporaryFile } from '../../sink/temporary-file.ts';
import type { TrackedMedia } from './find-in-media.ts';
import type { MediaInput } from './media.ts';
import { ownVersions } from '../../documents/write-report.ts';
import { checkDecisions } from '../../documents/decisions.ts';
import type { Source } from '../../source/source.ts';
import { COLUMNS, ORIGINS, type TrackRecord, type TrackRows } from '../../documents/track-record.ts';
import {
  TRACKS_FORMAT,
  checkDocument,
  tracksText,
  type TracksDocument,
} from '../../documents/tracks-document.ts';

/** Data for a tracks file, after every frame has passed. */
export interface TracksInfo {
  readonly input: string;
  readonly media: Pick<MediaInput, 'kind' | 'versions'> & { readonly source: Pick<Source, 'info'> };
  readonly tracked: Omit<TrackedMedia, 'frames'>;
  readonly record: { readonly tracks: TrackRecord };
  readonly config: Pick<ResolvedConfig, 'start' | 'end' | 'overwrite'>;
}

/**
 * Writes the tracks of a run under a temporary name; the caller renames or removes the file. Only its owner may read
 * it, because it reveals where faces are.
 *
 * @throws VeilError OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
 */
export async function prepareTracks(path: string, facts: TracksInfo): Promise<TemporaryFile> {
  const { input, config } = facts;
  const document = tracksDocumentOf(facts, await bytesOf(input));
  // Validate as for reading, so that every written file can be read.
  checkDocument(document, path);
  const { overwrite } = config;
  // A user may have reviewed the old file during a long run.
  await checkDecisions(path);
  return prepareFile(path, tracksText(document), { overwrite, input, kind: 'tracks', isPrivate: true });
}

/** @param bytes size of the input */
export function tracksDocumentOf(
  { input, media, tracked, record, config }: TracksInfo,
  bytes: number,
): TracksDocument {
  const { info } = media.source;
  const { frames, curtains } = record.tracks;
  return {
    format: TRACKS_FORMAT,
    versions: { ...ownVersions(), ...media.versions },
    input: {
      ...{ name: basename(input), bytes, width: info.width, height: info.height, frames },
      timeBase: `${info.timeBase.num}/${info.timeBase.den}`,
      ...partOf(media, config),
    },
    detector: tracked.detector,
    looks: tracked.looks(),
    origins: ORIGINS,
    columns: COLUMNS,
    curtains,
    uncertain: [...tracked.review(record.tracks).spans],
    tracks: record.tracks.tracks(tracked.tracks()).map((track) => ({
      ...{ id: track.id, score: track.score, detections: track.detections },
      get boxes(): TrackRows['boxes'] {
        return track.boxes;
      },
    })),
  };
}

/** The selected part of an input; a still has none. */
export function partOf(
  { kind }: Pick<MediaInput, 'kind'>,
  { start, end }: Pick<ResolvedConfig, 'start' | 'end'>,
): Pick<ResolvedConfig, 'start' | 'end'> {
  return kind === 'image' ? { start: null, end: null } : { start, end };
}

/** Size of a file. */
export async function bytesOf(path: string): Promise<number> {
  return (await stat(path)).size;
}
