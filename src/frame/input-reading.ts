/** How Veil reads an input, and what players show of it. Times in seconds, sizes in pixels. */
export interface InputReading {
  /** ffmpeg's name of the container, or the kind of photo. */
  readonly format: string;
  readonly bytes: number;
  /** Null if the file does not state it. */
  readonly duration: number | null;
  readonly video: VideoReading;
  readonly audio: readonly AudioReading[];
}

/** The stream that is covered. */
export interface VideoReading {
  /** Index in the file. */
  readonly stream: number;
  readonly codec: string;
  /** Number of picture streams from which it was chosen. */
  readonly of: number;
  readonly stored: string;
  /** Size after rotation, with pixels of `pixelShape`. */
  readonly shown: string;
  /** Degrees, clockwise. */
  readonly rotation: number;
  /** Pixel aspect ratio (width : height), `4:3`. */
  readonly pixelShape: string;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly hasAlpha: boolean;
  readonly fieldOrder: string;
  /** Average frames per second. */
  readonly frameRate: number;
  readonly frames: number | null;
  readonly duration: number | null;
  readonly range: string | null;
  readonly space: string | null;
  readonly primaries: string | null;
  readonly transfer: string | null;
  readonly dolbyVision: number | null;
}

/** An audio track. */
export interface AudioReading {
  readonly stream: number;
  readonly codec: string | null;
  readonly channels: number;
  readonly language: string | null;
  /** Delay of its start relative to the picture. */
  readonly offset: number;
}
