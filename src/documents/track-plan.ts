import { roundBox } from '../frame/box.ts';
import { isInRange, type FrameRange, type RegionKind, type Track, type TrackBox } from '../frame/track.ts';
import { unsureRanges } from './kept-ranges.ts';
import { boxOf, BY_HAND, rangeOf, rowAt, type Row, type Rows } from './rows.ts';
import { ORIGINS } from './track-record.ts';
import type { TracksDocument } from './tracks-document.ts';
import { ignoredBy, zoneBoxes } from './zones.ts';

/** Covers of each frame, from a tracks document. Frames may be queried in any order. */
export class TrackPlan {
  readonly #document: TracksDocument;
  /** By id. */
  readonly #tracks: readonly FollowedTrack[];

  constructor(document: TracksDocument) {
    this.#document = document;
    this.#tracks = document.tracks
      .map((track) => new FollowedTrack(track, whereCovered(track, document)))
      .sort((a, b) => a.summary.id - b.summary.id);
  }

  /** Null if the whole frame is covered. */
  boxesAt(frame: number): TrackBox[] | null {
    const { curtains, zones = [], input } = this.#document;
    if (isInRange(frame, curtains)) return null;
    const active = zones.filter((zone) => isInRange(frame, [zone]));
    const heads = this.#tracks.map((track) => track.boxAt(frame)).filter((box) => box !== null);
    return [...heads.filter((head) => !ignoredBy(head, active)), ...zoneBoxes(active, input)];
  }

  /** Tracks that are covered in any frame. */
  tracks(): Track[] {
    return this.#tracks.filter(({ isCovered }) => isCovered).map(({ summary }) => summary);
  }
}

type DocumentTrack = TracksDocument['tracks'][number];

/** Frames in which a track is covered: a kept person is covered wherever the identity is uncertain. */
function whereCovered(
  { id, state = 'covered', boxes = [], joined = [] }: DocumentTrack,
  { uncertain }: TracksDocument,
): readonly FrameRange[] | 'everywhere' {
  if (state === 'covered') return 'everywhere';
  if (state === 'dismissed') return [];
  return [...uncertain.filter(({ trackId }) => trackId === id), ...unsureRanges(boxes as Row[], joined)];
}

class FollowedTrack {
  readonly summary: Track;
  readonly #rows: Rows;
  readonly #kind: RegionKind | undefined;
  readonly #covered: readonly FrameRange[] | 'everywhere';

  constructor(
    { id, score, detections, boxes, keys, kind }: DocumentTrack,
    covered: readonly FrameRange[] | 'everywhere',
  ) {
    this.#rows = { rows: (boxes ?? keys ?? []) as readonly Row[], isKeyed: boxes === undefined };
    this.#kind = kind;
    this.#covered = covered;
    this.summary = { id, ...rangeOf(this.#rows), score, detections };
  }

  get isCovered(): boolean {
    return this.#covered.length > 0;
  }

  boxAt(frame: number): TrackBox | null {
    if (frame < this.summary.firstFrame || frame > this.summary.lastFrame) return null;
    if (this.#covered !== 'everywhere' && !isInRange(frame, this.#covered)) return null;
    const row = rowAt(this.#rows, frame);
    if (row === null) return null;
    const { id: trackId, score } = this.summary;
    const origin = ORIGINS[row[5] ?? BY_HAND]!;
    const found = { trackId, box: roundBox(boxOf(row)), origin, score };
    return this.#kind === undefined ? found : { ...found, kind: this.#kind };
  }
}
