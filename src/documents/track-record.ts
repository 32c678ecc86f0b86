import type { Box } from '../frame/box.ts';
import {
  isInRange,
  type Doubt,
  type FrameRange,
  type Track,
  type TrackBox,
  type TrackBoxOrigin,
  type UncertainSpan,
} from '../frame/track.ts';
import { PackedRows, type BoxRow } from './packed-rows.ts';
import { placeText } from './place-text.ts';
import { riskOf } from './risk.ts';
import { uncertaintyText } from './uncertainty-text.ts';

/** One face over time, with a row for every frame in which it is covered. */
export interface TrackRows extends Track {
  readonly boxes: readonly BoxRow[];
}

/** Frames covered as a whole, with times in seconds. */
export interface Curtain extends FrameRange {
  readonly from: number;
  readonly to: number;
}

/** An uncertain span with times in seconds, for finding it in a player, and a text for users. */
export interface ReportSpan extends UncertainSpan {
  readonly from: number;
  readonly to: number;
  /**
   * Expected seconds of a visible, recognisable face: probability × size × duration.
   */
  readonly risk: number;
  /** Where to look: x, y, width, height in pixels, and in words. */
  readonly box?: readonly number[] | undefined;
  readonly place?: string | undefined;
  readonly text: string;
}

/** All doubts of a run. */
export interface Review {
  /** Worst first. */
  readonly spans: readonly ReportSpan[];
  /** Number of omitted spans with negligible risk. */
  readonly unlisted: number;
}

/** A span of a tracks file. */
type KnownSpan = UncertainSpan & Pick<ReportSpan, 'box' | 'place'> & { readonly risk?: number | undefined };

/** Risk of spans without a stated one: enough for a review. */
export const UNKNOWN_RISK = 1;

/** Names for the last column of a row. */
export const ORIGINS: readonly TrackBoxOrigin[] = ['detected', 'interpolated', 'filled', 'manual'];

/** Names of the columns of a row. */
export const COLUMNS = ['frame', 'x', 'y', 'width', 'height', 'origin'] as const;

/** Collects covered boxes, frame by frame. An hour with ten faces takes about 8 MB. */
export class TrackRecord {
  readonly #boxes = new Map<number, PackedRows>();
  readonly #times: number[] = [];
  readonly #curtains: { firstFrame: number; lastFrame: number }[] = [];

  /** Records one frame, in order. `boxes` is null if the whole frame is covered. */
  addFrame(
    { index, time }: { readonly index: number; readonly time: number },
    boxes: readonly TrackBox[] | null,
  ): void {
    this.#times[index] = time;
    if (boxes === null) this.#addCurtain(index);
    for (const { trackId, box, origin } of boxes ?? []) {
      // Zones have ids below 1, and are not people.
      if (trackId < 1) continue;
      const row: BoxRow = [index, box.x, box.y, box.width, box.height, ORIGINS.indexOf(origin)];
      const rows = this.#boxes.get(trackId);
      if (rows === undefined) this.#boxes.set(trackId, new PackedRows(row));
      else rows.add(row);
    }
  }

  get frames(): number {
    return this.#times.length;
  }

  /** Number of tracks with a box in any frame so far. */
  get trackCount(): number {
    return this.#boxes.size;
  }

  get curtains(): Curtain[] {
    return this.#curtains.map((range) => ({ ...range, ...this.#timesOf(range) }));
  }

  /** Doubts that nothing has covered; a span beyond the last frame ends there. */
  review(doubts: readonly Doubt[], picture: { readonly width: number; readonly height: number }): Review {
    const frames = this.#times.length;
    const wanted = new Set(doubts.flatMap(({ sightings }) => sightings.map(({ frame }) => frame)));
    const boxes = this.#boxesIn(wanted);
    const curtains = this.#curtains;
    const { spans, unlisted } = riskOf(doubts, {
      // A still is viewed for longer than a frame of a video.
      frameSeconds: frames < 2 ? 1 : (this.#times.at(-1)! - this.#times[0]!) / (frames - 1),
      coveredIn: (frame) => (isInRange(frame, curtains) ? null : (boxes.get(frame) ?? [])),
    });
    return {
      spans: spans.map(({ box, ...span }) =>
        this.#timed({
          ...span,
          risk: Math.round(span.risk * 1000) / 1000,
          box: [box.x, box.y, box.width, box.height].map(Math.round),
          place: placeText(box, picture),
        }),
      ),
      unlisted,
    };
  }

  /** Spans of a tracks file, with the times of this run. A missing risk counts as high. */
  timed(spans: readonly KnownSpan[]): Review {
    return {
      spans: spans.map((span) => this.#timed({ ...span, risk: span.risk ?? UNKNOWN_RISK })),
      unlisted: 0,
    };
  }

  /**
   * The tracks with a box in any frame, from the first to the last such frame: a track that was covered until its
   * dismissal ends there, even if it was detected later. Rows are unpacked whenever they are read.
   */
  tracks(tracks: readonly Track[]): TrackRows[] {
    return tracks.flatMap(({ id, score, detections }) => {
      const packed = this.#boxes.get(id);
      if (packed === undefined) return [];
      const { firstFrame, lastFrame } = packed;
      const rounded = Math.round(score * 1000) / 1000;
      return [
        {
          ...{ id, firstFrame, lastFrame, score: rounded, detections },
          get boxes(): BoxRow[] {
            return [...packed];
          },
        },
      ];
    });
  }

  #timed(span: KnownSpan & Pick<ReportSpan, 'risk'>): ReportSpan {
    const { trackId, reason, firstFrame, lastFrame, risk, box, place } = span;
    const { from, to } = this.#timesOf(span);
    return {
      ...{
        trackId,
        reason,
        firstFrame,
        lastFrame: Math.min(lastFrame, Math.max(0, this.frames - 1)),
        from,
        to,
        risk,
      },
      ...(box === undefined ? {} : { box }),
      ...(place === undefined ? {} : { place }),
      text: uncertaintyText(span, to - from),
    };
  }

  #boxesIn(frames: ReadonlySet<number>): Map<number, Box[]> {
    const boxes = new Map<number, Box[]>();
    for (const rows of this.#boxes.values()) {
      for (const [frame, x, y, width, height] of rows) {
        if (!frames.has(frame)) continue;
        const there = boxes.get(frame) ?? [];
        boxes.set(frame, there);
        there.push({ x, y, width, height });
      }
    }
    return boxes;
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
