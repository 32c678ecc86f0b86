import { lerpBox, roundBox, type Box } from '../frame/box.ts';
import { isInRange, type Track, type TrackBox } from '../frame/track.ts';
import { ORIGINS } from './track-record.ts';
import type { TracksDocument } from './tracks-document.ts';

/** What a tracks document says of each frame. Frames are asked for in order. */
export class TrackPlan {
  readonly #document: TracksDocument;
  /** By first frame, latest first, so that the next one is at the end. */
  readonly #coming: FollowedTrack[];
  #present: FollowedTrack[] = [];

  constructor(document: TracksDocument) {
    this.#document = document;
    this.#coming = document.tracks
      .map((track) => new FollowedTrack(track))
      .sort((a, b) => b.summary.firstFrame - a.summary.firstFrame);
  }

  /** Null where the whole frame is to be covered. */
  boxesAt(frame: number): TrackBox[] | null {
    while (this.#coming.length > 0 && this.#coming.at(-1)!.summary.firstFrame <= frame) {
      this.#present.push(this.#coming.pop()!);
    }
    this.#present = this.#present
      .filter(({ summary }) => summary.lastFrame >= frame)
      .sort((a, b) => a.summary.id - b.summary.id);
    if (isInRange(frame, this.#document.curtains)) return null;
    return this.#present.map((track) => track.boxAt(frame)).filter((box) => box !== null);
  }

  tracks(): Track[] {
    return this.#document.tracks.map((track) => new FollowedTrack(track).summary);
  }
}

/** One track, read from its first row to its last. */
class FollowedTrack {
  readonly summary: Track;
  readonly #rows: readonly (readonly number[])[];
  readonly #isKeyed: boolean;
  /** The last row that does not lie ahead. */
  #at = 0;

  constructor({ id, score, detections, boxes, keys }: TracksDocument['tracks'][number]) {
    this.#rows = boxes ?? keys ?? [];
    this.#isKeyed = boxes === undefined;
    const [firstFrame, lastFrame] = [this.#rows[0]![0]!, this.#rows.at(-1)![0]!];
    this.summary = { id, firstFrame, lastFrame, score, detections };
  }

  boxAt(frame: number): TrackBox | null {
    while (this.#at + 1 < this.#rows.length && this.#rows[this.#at + 1]![0]! <= frame) this.#at += 1;
    const row = this.#rows[this.#at]!;
    const [from] = row as [number];
    if (frame < from || (frame > from && !this.#isKeyed)) return null;
    const next = this.#rows[this.#at + 1];
    if (frame === from || next === undefined) return frame === from ? this.#box(boxOf(row), row[5]) : null;
    return this.#box(lerpBox(boxOf(row), boxOf(next), (frame - from) / (next[0]! - from)), undefined);
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
