import type { Frame } from '../../frame/frame.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import type { DecidedFrame } from './decided-frame.ts';
import { TrackRecord, type ReportSpan, type Review } from '../../documents/track-record.ts';

/** How far a run is. */
export interface Progress {
  /** `finding` while a whole video is looked through before anything is covered; then it begins once more. */
  readonly stage: 'finding' | 'covering';
  readonly framesDone: number;
  /** Null when unknown. */
  readonly framesTotal: number | null;
  /** Seconds of video. */
  readonly secondsDone: number;
  readonly secondsTotal: number | null;
  /** Faces in the frame that was done last. */
  readonly facesNow: number;
  /** Faces followed so far. */
  readonly tracks: number;
  /** Seconds since the start. */
  readonly elapsed: number;
}

/** The result of a run, whichever files it wrote. */
export interface RunResult {
  /** Path of the file that was asked for. */
  readonly output: string;
  readonly frames: number;
  /** Seconds of video. */
  readonly seconds: number;
  /** Seconds that it took. */
  readonly elapsed: number;
  readonly tracks: number;
  /** Spans in which a face may be visible, worst first. */
  readonly uncertain: readonly ReportSpan[];
  /** Further spans that carry next to no risk. */
  readonly unlisted: number;
  readonly warnings: readonly string[];
  /** Those of the warnings for which the user should look through the result. */
  readonly doubts: readonly string[];
}

/** Records one run: the boxes that were covered, and its progress. */
export class RunRecord {
  readonly tracks: TrackRecord = new TrackRecord();
  readonly #info: SourceInfo;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #started: number;
  #seconds = 0;

  /** @param elapsed seconds that went by before */
  constructor(info: SourceInfo, onProgress?: (progress: Progress) => void, elapsed = 0) {
    this.#started = performance.now() - elapsed * 1000;
    this.#info = info;
    this.#onProgress = onProgress;
  }

  /** Seconds since the start. */
  get elapsed(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Notes a frame that is done. */
  add({ frame, decision: { boxes } }: DecidedFrame<Pick<Frame, 'index' | 'time'>>): void {
    this.tracks.addFrame(frame, boxes);
    this.#tell('covering', frame, boxes?.length ?? 0);
  }

  /** Notes a frame that was looked through before any is done. */
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
