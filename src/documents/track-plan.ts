import { lerpBox, roundBox, type Box } from '../frame/box.ts';
import { isInRange, type Track, type TrackBox } from '../frame/track.ts';
import { ORIGINS } from './track-record.ts';
import type { TracksDocument } from './tracks-document.ts';

/** What a tracks document says of each frame. Frames may be asked for in any order. */
export class TrackPlan {
  readonly #document: TracksDocument;
  /** By id. */
  readonly #tracks: readonly FollowedTrack[];

  constructor(document: TracksDocument) {
    this.#document = document;
    this.#tracks = document.tracks
      .map((track) => new FollowedTrack(track))
      .sort((a, b) => a.summary.id - b.summary.id);
  }

  /** Null where the whole frame is to be covered. */
  boxesAt(frame: number): TrackBox[] | null {
    if (isInRange(frame, this.#document.curtains)) return null;
    return this.#tracks.map((track) => track.boxAt(frame)).filter((box) => box !== null);
  }

  tracks(): Track[] {
    return this.#document.tracks.map((track) => new FollowedTrack(track).summary);
  }
}

/** One track. */
class FollowedTrack {
  readonly summary: Track;
  readonly #rows: readonly (readonly number[])[];
  readonly #isKeyed: boolean;

  constructor({ id, score, detections, boxes, keys }: TracksDocument['tracks'][number]) {
    this.#rows = boxes ?? keys ?? [];
    this.#isKeyed = boxes === undefined;
    const [firstFrame, lastFrame] = [this.#rows[0]![0]!, this.#rows.at(-1)![0]!];
    this.summary = { id, firstFrame, lastFrame, score, detections };
  }

  boxAt(frame: number): TrackBox | null {
    if (frame < this.summary.firstFrame || frame > this.summary.lastFrame) return null;
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
    return { trackId, box: roundBox(box), origin: ORIGINS[origin ?? -1] ?? 'manual', score };
  }
}

function boxOf(row: readonly number[]): Box {
  const [, x, y, width, height] = row as [number, number, number, number, number];
  return { x, y, width, height };
}
