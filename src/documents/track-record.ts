import type { FrameRange, Track, TrackBox, TrackBoxOrigin, UncertainSpan } from '../frame/track.ts';
import { uncertaintyText } from './uncertainty-text.ts';

/** Row of {@link TrackRows.boxes}: frame, x, y, width, height in pixels, origin as index of {@link ORIGINS}. */
export type BoxRow = readonly [
  frame: number,
  x: number,
  y: number,
  width: number,
  height: number,
  origin: number,
];

/** One face over time, with a row for every frame in which it is covered. */
export interface TrackRows extends Track {
  readonly boxes: readonly BoxRow[];
}

/** Frames that are covered as a whole, with times in seconds. */
export interface Curtain extends FrameRange {
  readonly from: number;
  readonly to: number;
}

/** An uncertain span with times in seconds, for finding it in a player, and a text for people. */
export interface ReportSpan extends UncertainSpan {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Names for the last column of a row. */
export const ORIGINS: readonly TrackBoxOrigin[] = ['detected', 'interpolated', 'filled', 'manual'];

/** Names of the columns of a row. */
export const COLUMNS = ['frame', 'x', 'y', 'width', 'height', 'origin'] as const;

/** Gathers what is covered, frame by frame. Boxes are kept as rows: an hour with ten faces takes some 10 MB. */
export class TrackRecord {
  readonly #boxes = new Map<number, BoxRow[]>();
  readonly #times: number[] = [];
  readonly #curtains: { firstFrame: number; lastFrame: number }[] = [];

  /** Notes one frame, in order. `boxes` is null where the whole frame is covered. */
  addFrame(
    { index, time }: { readonly index: number; readonly time: number },
    boxes: readonly TrackBox[] | null,
  ): void {
    this.#times[index] = time;
    if (boxes === null) this.#addCurtain(index);
    for (const { trackId, box, origin } of boxes ?? []) {
      // Zones have ids below 1, and are nobody.
      if (trackId < 1) continue;
      const rows = this.#boxes.get(trackId) ?? [];
      this.#boxes.set(trackId, rows);
      rows.push([index, box.x, box.y, box.width, box.height, ORIGINS.indexOf(origin)]);
    }
  }

  get frames(): number {
    return this.#times.length;
  }

  /** Tracks that had a box in any frame so far. */
  get trackCount(): number {
    return this.#boxes.size;
  }

  get curtains(): Curtain[] {
    return this.#curtains.map((range) => ({ ...range, ...this.#timesOf(range) }));
  }

  /** Spans with times; a span that reaches past the last frame ends there. */
  spans(uncertain: readonly UncertainSpan[]): ReportSpan[] {
    return uncertain.map((span) => {
      const { from, to } = this.#timesOf(span);
      return { ...span, from, to, text: uncertaintyText(span, to - from) };
    });
  }

  /**
   * Those of the tracks that had a box in any frame, from the first such frame to the last: what was covered until it was
   * dismissed ends there, whatever was seen of it later.
   */
  tracks(tracks: readonly Track[]): TrackRows[] {
    return tracks.flatMap(({ id, score, detections }) => {
      const boxes = this.#boxes.get(id);
      if (boxes === undefined) return [];
      const [[firstFrame], [lastFrame]] = [boxes[0]!, boxes.at(-1)!];
      return [{ id, firstFrame, lastFrame, score: Math.round(score * 1000) / 1000, detections, boxes }];
    });
  }

  #addCurtain(frame: number): void {
    const last = this.#curtains.at(-1);
    if (last?.lastFrame === frame - 1) last.lastFrame = frame;
    else this.#curtains.push({ firstFrame: frame, lastFrame: frame });
  }

  #timesOf({ firstFrame, lastFrame }: FrameRange): { readonly from: number; readonly to: number } {
    const last = this.#times.length - 1;
    return {
      from: this.#times[Math.min(Math.max(0, firstFrame), last)] ?? 0,
      to: this.#times[Math.min(lastFrame, last)] ?? 0,
    };
  }
}
