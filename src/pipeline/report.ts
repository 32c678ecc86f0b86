import type { ResolvedConfig } from '../config/schema.ts';
import type { Track, TrackBox, TrackBoxOrigin, UncertainSpan } from '../frame/track.ts';
import type { SourceInfo } from '../source/source.ts';

export const REPORT_FORMAT = 'veil-report/1';

/** Row of {@link ReportTrack.boxes}: frame, x, y, width, height in pixels, origin as index of `origins`. */
export type ReportBox = readonly [
  frame: number,
  x: number,
  y: number,
  width: number,
  height: number,
  origin: number,
];

/** One face over time, with a row for every frame in which it is covered. */
export interface ReportTrack {
  readonly id: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly score: number;
  readonly detections: number;
  readonly boxes: readonly ReportBox[];
}

/** An uncertain span with times in seconds, for finding it in a player. */
export interface ReportSpan extends UncertainSpan {
  readonly from: number;
  readonly to: number;
}

/** The `veil-report/1` document. New fields may be added; present ones keep their meaning. */
export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly versions: Readonly<Record<string, string>>;
  readonly input: { readonly name: string; readonly width: number; readonly height: number };
  readonly output: { readonly name: string };
  readonly timeBase: string;
  readonly frames: number;
  readonly looks: number;
  /** Frames covered as a whole because nobody looked at their scene. */
  readonly curtainFrames: number;
  readonly detector: string;
  readonly anonymizer: string;
  readonly config: ResolvedConfig;
  readonly timings: Readonly<Record<string, number>>;
  readonly origins: readonly TrackBoxOrigin[];
  readonly columns: readonly string[];
  readonly tracks: readonly ReportTrack[];
  readonly uncertain: readonly ReportSpan[];
  readonly warnings: readonly string[];
}

const ORIGINS: readonly TrackBoxOrigin[] = ['detected', 'interpolated', 'filled', 'manual'];
const COLUMNS = ['frame', 'x', 'y', 'width', 'height', 'origin'] as const;

/** Gathers what a run did. Boxes are kept as rounded rows: an hour with ten faces takes some 10 MB. */
export class ReportBuilder {
  readonly #boxes = new Map<number, ReportBox[]>();
  readonly #times: number[] = [];
  #curtainFrames = 0;

  /** Notes one frame as it left. `boxes` is null for a curtain. */
  addFrame(
    frame: { readonly index: number; readonly time: number },
    boxes: readonly TrackBox[] | null,
  ): void {
    this.#times[frame.index] = frame.time;
    if (boxes === null) this.#curtainFrames += 1;
    for (const { trackId, box, origin } of boxes ?? []) {
      const rows = this.#boxes.get(trackId) ?? [];
      this.#boxes.set(trackId, rows);
      rows.push([
        frame.index,
        tenth(box.x),
        tenth(box.y),
        tenth(box.width),
        tenth(box.height),
        ORIGINS.indexOf(origin),
      ]);
    }
  }

  /** Tracks that had a box in any frame so far. */
  get trackCount(): number {
    return this.#boxes.size;
  }

  /** Spans with times; a span that reaches past the last frame ends there. */
  spans(uncertain: readonly UncertainSpan[]): ReportSpan[] {
    const last = this.#times.length - 1;
    return uncertain.map((span) => ({
      ...span,
      from: this.#times[Math.min(Math.max(0, span.firstFrame), last)] ?? 0,
      to: this.#times[Math.min(span.lastFrame, last)] ?? 0,
    }));
  }

  build(
    facts: Omit<
      Report,
      'format' | 'frames' | 'curtainFrames' | 'origins' | 'columns' | 'tracks' | 'timeBase' | 'input'
    > & {
      readonly inputName: string;
      readonly info: SourceInfo;
      readonly tracks: readonly Track[];
    },
  ): Report {
    const { info, inputName, tracks, ...rest } = facts;
    return {
      format: REPORT_FORMAT,
      input: { name: inputName, width: info.width, height: info.height },
      timeBase: `${info.timeBase.num}/${info.timeBase.den}`,
      frames: this.#times.length,
      curtainFrames: this.#curtainFrames,
      ...rest,
      origins: ORIGINS,
      columns: COLUMNS,
      tracks: tracks
        .filter(({ id }) => this.#boxes.has(id))
        .map(({ id, firstFrame, lastFrame, score, detections }) => ({
          id,
          firstFrame,
          lastFrame,
          score: Math.round(score * 1000) / 1000,
          detections,
          boxes: this.#boxes.get(id) ?? [],
        })),
    };
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
