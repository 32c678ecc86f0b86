import type { Frame } from '../../frame/frame.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import type { DecidedFrame } from './decided-frame.ts';
import { TrackRecord, type ReportSpan, type Review } from '../../documents/track-record.ts';

/** Progress of a run. */
export interface Progress {
  /** `finding` during a first pass over the whole video; then progress starts again. */
  readonly stage: 'finding' | 'covering';
  readonly framesDone: number;
  /** Null when unknown. */
  readonly framesTotal: number | null;
  /** Seconds of video. */
  readonly secondsDone: number;
  readonly secondsTotal: number | null;
  /** Faces in the last frame. */
  readonly facesNow: number;
  /** Number of tracks so far. */
  readonly tracks: number;
  /** Seconds since the start. */
  readonly elapsed: number;
}

/** Result of a run, for any kind of output. */
export interface RunResult {
  /** Path of the main file. */
  readonly output: string;
  readonly frames: number;
  /** Seconds of video. */
  readonly seconds: number;
  /** Seconds of work. */
  readonly elapsed: number;
  readonly tracks: number;
  /** Spans in which a face may be visible, worst first. */
  readonly uncertain: readonly ReportSpan[];
  /** Number of further spans with too little risk to be listed. */
  readonly unlisted: number;
  readonly warnings: readonly string[];
  /** The warnings that are reasons for the user to look through the result. */
  readonly doubts: readonly string[];
}

/** Records one run: the boxes that were covered, and its progress. */
export class RunRecord {
  readonly tracks: TrackRecord = new TrackRecord();
  readonly #info: SourceInfo;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #started: number;
  #seconds = 0;
  #coversAny = false;

  /** @param elapsed seconds of earlier work */
  constructor(info: SourceInfo, onProgress?: (progress: Progress) => void, elapsed = 0) {
    this.#started = performance.now() - elapsed * 1000;
    this.#info = info;
    this.#onProgress = onProgress;
  }

  /** Seconds since the start. */
  get elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Whether anything was covered in any frame so far, by a track, a zone or as a whole. */
  get coversAny(): boolean {
    return this.#coversAny;
  }

  /** Records a finished frame. */
  add({ frame, decision: { boxes } }: DecidedFrame<Pick<Frame, 'index' | 'time'>>): void {
    this.#coversAny ||= boxes?.length !== 0;
    this.tracks.addFrame(frame, boxes);
    this.#tell('covering', frame, boxes?.length ?? 0);
  }

  /** Records a frame of the first pass. */
  addLooked(frame: Frame): void {
    this.#tell('finding', frame, 0);
  }

  result(
    output: string,
    review: Review,
    { warnings, doubts }: Pick<RunResult, 'warnings' | 'doubts'>,
  ): RunResult {
    return {
      output,
      frames: this.tracks.frames,
      seconds: this.#seconds,
      elapsed: this.elapsed,
      tracks: this.tracks.trackCount,
      uncertain: review.spans,
      unlisted: review.unlisted,
      warnings,
      doubts,
    };
  }

  #tell(stage: Progress['stage'], frame: Pick<Frame, 'index' | 'time'>, facesNow: number): void {
    const { frameCount, frameRate } = this.#info;
    const rate = frameRate.num / frameRate.den;
    this.#seconds = frame.time + 1 / rate;
    this.#onProgress?.({
      stage,
      framesDone: frame.index + 1,
      framesTotal: frameCount,
      secondsDone: this.#seconds,
      secondsTotal: frameCount === null ? null : frameCount / rate,
      facesNow,
      tracks: this.tracks.trackCount,
      elapsed: this.elapsed,
    });
  }
}
