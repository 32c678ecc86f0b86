import type { Binaries } from '../../ffmpeg/binaries.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { Frame, Picture, Rational } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import type { SamplingRate } from './live-decode-args.ts';
import type { LiveInput } from './live-input.ts';

/** Who takes what a live source delivers, at once: nothing waits. */
export interface LiveListener {
  frame(captured: CapturedFrame): void;
  /** Pictures of an earlier or the latest frame, by its index, largest first. */
  pictures(index: number, pictures: readonly Picture[]): void;
  /** A piece of sound, and when its first sample was captured, milliseconds since 1970. */
  sound(capturedAt: number, samples: Uint8Array): void;
  /** The source was lost; it is being opened again. */
  lost(reason: string): void;
  /** A file was played to its end. */
  ended(): void;
}

/** A frame with the moment at which it was captured. Its time counts from the first frame, by our clock. */
export interface CapturedFrame {
  readonly frame: Frame;
  /** Milliseconds since 1970. */
  readonly capturedAt: number;
  /** First after the source was opened: nothing before it tells anything about it. */
  readonly isFirst: boolean;
}

/** What all frames of a live source have in common, for as long as it runs. */
export interface LiveInfo {
  readonly width: number;
  readonly height: number;
  readonly timeBase: Rational;
  /** As measured on the first frames. */
  readonly frameRate: Rational;
  /** How its numbers become light: the range is always `tv`. */
  readonly color: ColorInfo;
  readonly hasSound: boolean;
}

/** A source that is open. */
export interface LiveSource extends AsyncDisposable {
  readonly info: LiveInfo;
  /** For logs: without secrets. */
  readonly name: string;
  /** Begins to deliver: a file from its beginning, anything else from now on. */
  start(listener: LiveListener): void;
  /** Ends the decoder as if it had crashed: for tests, and to open a source again. */
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
  /** Take the sound too, if there is any. */
  readonly sound: boolean;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}
