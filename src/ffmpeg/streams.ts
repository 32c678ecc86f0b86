import type { PictureSize, Rational } from '../frame/frame.ts';

/** Colour tags of a picture, in ffmpeg's names; null if the file does not state them. */
export interface ColorInfo {
  readonly range: string | null;
  readonly space: string | null;
  readonly primaries: string | null;
  readonly transfer: string | null;
}

/** A part of the stored picture that players show, by the word of the container. */
export interface ContainerCrop {
  /** Size of all that is stored. */
  readonly of: PictureSize;
  /** First pixel of the part. */
  readonly left: number;
  readonly top: number;
  /** Pixel aspect ratio (width / height), if the container states in which shape the part is shown. */
  readonly aspect: Rational | null;
}

/** A video stream as the file describes it, which may be wrong. */
export interface VideoStream {
  /** Index among all streams of the file, as in ffmpeg's `0:INDEX`. */
  readonly index: number;
  readonly codec: string;
  /** Size before rotation: of what is stored, or of its part that players show. */
  readonly width: number;
  readonly height: number;
  /** Clockwise rotation in players, degrees from 0 to 359: usually 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Where that part lies; null if all is shown. */
  readonly crop: ContainerCrop | null;
  /** Time base of the stream in the file. */
  readonly tick: Rational;
  /**
   * Time base of its frames: the tick, or a fraction of a long one (in AVI, Ogg and DV it is a frame), so that the time
   * from the start of a part to a frame can be told.
   */
  readonly timeBase: Rational;
  /** Average frame rate, an estimate. */
  readonly frameRate: Rational;
  /** Pixel aspect ratio (width / height). */
  readonly sampleAspectRatio: Rational;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly color: ColorInfo;
  /** `progressive`, `tt`, `bb`, `tb`, `bt` or `unknown`. */
  readonly fieldOrder: string;
  /** As stated by the file, or null. */
  readonly frameCount: number | null;
  /** Seconds, as stated by the file, or null. */
  readonly duration: number | null;
  readonly startTime: number;
  /** ffmpeg's name of the projection of a 360° picture, and of the arrangement of two views in a 3D one, or null. */
  readonly projection: string | null;
  readonly views: string | null;
  /** Dolby Vision profile, or null. */
  readonly dolbyVision: number | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** An audio track as the file describes it. */
export interface AudioStream {
  readonly index: number;
  /** ffmpeg's name of the codec, or null if unknown. */
  readonly codec: string | null;
  /** ISO 639 code, or null. */
  readonly language: string | null;
  readonly isDefault: boolean;
  /** Bits per second, or null if the file does not state it. */
  readonly bitRate: number | null;
  readonly channels: number;
  /** ffmpeg's name of the places of the loudspeakers, such as `5.1(side)`, or null if the file does not state it. */
  readonly layout: string | null;
  /** Samples per second. */
  readonly sampleRate: number;
  readonly startTime: number;
  readonly tags: Readonly<Record<string, string>>;
}
