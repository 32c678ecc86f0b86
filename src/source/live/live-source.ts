import type { Binaries } from '../../ffmpeg/binaries.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { Frame, Picture, Rational } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import type { SamplingRate } from './live-decode-args.ts';
import type { LiveInput } from './live-input.ts';

/** Receives the output of a live source at once, without back-pressure. */
export interface LiveListener {
  frame(captured: CapturedFrame): void;
  /** Pictures of an earlier or the latest frame, by its index, largest first. */
  pictures(index: number, pictures: readonly Picture[]): void;
  /** A piece of audio, and the capture time of its first sample, milliseconds since 1970. */
  sound(capturedAt: number, samples: Uint8Array): void;
  /** The source was lost; it is being reopened. */
  lost(reason: string): void;
  /** A file was played to its end. */
  ended(): void;
}

/** A frame with its capture time. The frame's own time counts from the first frame, by our clock. */
export interface CapturedFrame {
  readonly frame: Frame;
  /** Milliseconds since 1970. */
  readonly capturedAt: number;
  /** First after the source was opened: earlier frames tell nothing about it. */
  readonly isFirst: boolean;
}

/** Properties that all frames of a live source share, for as long as it runs. */
export interface LiveInfo {
  readonly width: number;
  readonly height: number;
  readonly timeBase: Rational;
  /** Measured on the first frames. */
  readonly frameRate: Rational;
  /** Colours; the range is always `tv`. */
  readonly color: ColorInfo;
  readonly hasSound: boolean;
}

/** An open source. */
export interface LiveSource extends AsyncDisposable {
  readonly info: LiveInfo;
  /** For logs: without secrets. */
  readonly name: string;
  /** Starts to deliver: a file from its beginning, other sources from now on. */
  start(listener: LiveListener): void;
  /** Ends the decoder as after a crash: for tests, and to reopen the source. */
  reopen(reason: string): Promise<void>;
}

export interface LiveSourceOptions {
  readonly input: LiveInput;
  /** ffmpeg's arguments of the input. */
  readonly args: readonly string[];
  readonly binaries: Binaries;
  /** Long sides of the pictures for looks, largest first. */
  readonly looks: readonly number[];
  readonly lookPace: SamplingRate;
  /** Also deliver audio, if there is any. */
  readonly sound: boolean;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}
