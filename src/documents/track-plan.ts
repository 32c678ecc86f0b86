import { lerpBox, roundBox, type Box } from '../frame/box.ts';
import { isInRange, type FrameRange, type RegionKind, type Track, type TrackBox } from '../frame/track.ts';
import { ORIGINS } from './track-record.ts';
import type { TracksDocument } from './tracks-document.ts';
import { ignoredBy, zoneBoxes } from './zones.ts';

/** What a tracks document says of each frame. Frames may be asked for in any order. */
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

  /** Null where the whole frame is to be covered. */
  boxesAt(frame: number): TrackBox[] | null {
    const { curtains, zones = [], input } = this.#document;
    if (isInRange(frame, curtains)) return null;
    const active = zones.filter((zone) => isInRange(frame, [zone]));
    const heads = this.#tracks.map((track) => track.boxAt(frame)).filter((box) => box !== null);
    return [...heads.filter((head) => !ignoredBy(head, active)), ...zoneBoxes(active, input)];
  }

  /** Those that are covered anywhere. */
  tracks(): Track[] {
    return this.#tracks.filter(({ isCovered }) => isCovered).map(({ summary }) => summary);
  }
}

type DocumentTrack = TracksDocument['tracks'][number];

/**
 * In which frames a track is covered. A kept person is, wherever it is uncertain that it is this person, and from where
 * the track goes on after frames without it: somebody else may have come, unless a hand joined the two.
 */
function whereCovered(
  { id, state = 'covered', boxes = [], byHand = false }: DocumentTrack,
  { uncertain }: TracksDocument,
): readonly FrameRange[] | 'everywhere' {
  if (state === 'covered') return 'everywhere';
  if (state === 'dismissed') return [];
  const hole = byHand ? -1 : boxes.findIndex((row, at) => at > 0 && row[0]! > boxes[at - 1]![0]! + 1);
  const after = hole < 0 ? [] : [{ firstFrame: boxes[hole]![0]!, lastFrame: boxes.at(-1)![0]! }];
  return [...uncertain.filter(({ trackId }) => trackId === id), ...after];
}

/** One track. */
class FollowedTrack {
  readonly summary: Track;
  readonly #rows: readonly (readonly number[])[];
  readonly #isKeyed: boolean;
  readonly #kind: RegionKind | undefined;
  readonly #covered: readonly FrameRange[] | 'everywhere';

  constructor(
    { id, score, detections, boxes, keys, kind }: DocumentTrack,
    covered: readonly FrameRange[] | 'everywhere',
  ) {
    this.#rows = boxes ?? keys ?? [];
    this.#isKeyed = boxes === undefined;
    this.#kind = kind;
    this.#covered = covered;
    const [firstFrame, lastFrame] = [this.#rows[0]![0]!, this.#rows.at(-1)![0]!];
    this.summary = { id, firstFrame, lastFrame, score, detections };
  }

  get isCovered(): boolean {
    return this.#covered.length > 0;
  }

  boxAt(frame: number): TrackBox | null {
    if (frame < this.summary.firstFrame || frame > this.summary.lastFrame) return null;
    if (this.#covered !== 'everywhere' && !isInRange(frame, this.#covered)) return null;
    const at = this.#indexAt(frame);
    const row = this.#rows[at]!;
    const [from] = row as [number];
    if (frame > from && !this.#isKeyed) return null;
    const next = this.#rows[at + 1];
    if (frame === from || next === undefined) return frame === from ? this.#box(boxOf(row), row[5]) : null;
    return this.#box(lerpBox(boxOf(row), boxOf(next), (frame - from) / (next[0]! - from)), undefined);
  }

  /** Index of the last row that does not lie after a frame of the track, by bisection. */
  #indexAt(frame: number): number {
    let [low, high] = [0, this.#rows.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#rows[middle]![0]! <= frame) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #box(box: Box, origin: number | undefined): TrackBox {
    const { id: trackId, score } = this.summary;
    const found = { trackId, box: roundBox(box), origin: ORIGINS[origin ?? -1] ?? 'manual', score };
    return this.#kind === undefined ? found : { ...found, kind: this.#kind };
  }
}

function boxOf(row: readonly number[]): Box {
  const [, x, y, width, height] = row as [number, number, number, number, number];
  return { x, y, width, height };
}
