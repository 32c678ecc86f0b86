/** How an input is read: what of it is shown, and in which way. Times in seconds, sizes in pixels. */
export interface InputReading {
  /** ffmpeg's name of the container, or the kind of photo. */
  readonly format: string;
  readonly bytes: number;
  /** Null where the file does not say. */
  readonly duration: number | null;
  readonly video: VideoReading;
  readonly audio: readonly AudioReading[];
}

/** The stream that is covered. */
export interface VideoReading {
  /** Index in the file. */
  readonly stream: number;
  readonly codec: string;
  /** Of how many streams of pictures it was chosen. */
  readonly of: number;
  readonly stored: string;
  /** Turned as players turn it, with pixels of `pixelShape`. */
  readonly shown: string;
  /** Degrees, clockwise. */
  readonly rotation: number;
  /** Width of a pixel by its height, `4:3`. */
  readonly pixelShape: string;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly hasAlpha: boolean;
  readonly fieldOrder: string;
  /** Frames a second, on average. */
  readonly frameRate: number;
  readonly frames: number | null;
  readonly duration: number | null;
  readonly range: string | null;
  readonly space: string | null;
  readonly primaries: string | null;
  readonly transfer: string | null;
  readonly dolbyVision: number | null;
}

/** A sound track. */
export interface AudioReading {
  readonly stream: number;
  readonly codec: string | null;
  readonly channels: number;
  readonly language: string | null;
  /** How much later than the picture it starts. */
  readonly offset: number;
}
