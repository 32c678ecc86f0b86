import type { Rational } from '../frame/frame.ts';

/** How the numbers of a picture become light, in ffmpeg's names; null where the file does not say. */
export interface ColorInfo {
  readonly range: string | null;
  readonly space: string | null;
  readonly primaries: string | null;
  readonly transfer: string | null;
}

/** A video stream as the file describes it, which need not be true. */
export interface VideoStream {
  /** Index among all streams of the file, as in ffmpeg's `0:INDEX`. */
  readonly index: number;
  readonly codec: string;
  /** As stored: before rotation. */
  readonly width: number;
  readonly height: number;
  /** Clockwise turn that a player applies, degrees from 0 to 359: 0, 90, 180 or 270 unless the file is odd. */
  readonly rotation: number;
  readonly timeBase: Rational;
  /** Average frame rate, an estimate. */
  readonly frameRate: Rational;
  /** Width of a pixel by its height. */
  readonly sampleAspectRatio: Rational;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly color: ColorInfo;
  /** `progressive`, `tt`, `bb`, `tb`, `bt` or `unknown`. */
  readonly fieldOrder: string;
  /** As the file says, or null. */
  readonly frameCount: number | null;
  /** Seconds, as the file says, or null. */
  readonly duration: number | null;
  readonly startTime: number;
  /** Profile of Dolby Vision, or null. */
  readonly dolbyVision: number | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** A sound track as the file describes it. */
export interface AudioStream {
  readonly index: number;
  /** ffmpeg's name of the codec, or null when ffmpeg does not know it. */
  readonly codec: string | null;
  /** ISO 639 code, or null. */
  readonly language: string | null;
  readonly isDefault: boolean;
  /** Bits a second, or null when the file does not say. */
  readonly bitRate: number | null;
  readonly channels: number;
  /** Samples a second. */
  readonly sampleRate: number;
  readonly startTime: number;
  readonly tags: Readonly<Record<string, string>>;
}
