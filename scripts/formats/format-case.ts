/** Makes the file of a case. */
export interface Workshop {
  /** Path of a name. */
  readonly at: (name: string) => string;
  /** Runs ffmpeg; paths are given by {@link at}. */
  readonly ffmpeg: (...args: string[]) => Promise<void>;
}

/** One kind of file. */
export interface FormatCase {
  /** The property that sets it apart. */
  readonly property: string;
  /** Its name says the container. */
  readonly name: string;
  readonly codec: string;
  readonly make: (workshop: Workshop, path: string) => Promise<unknown>;
  /** Ending of the output, and the codec asked for; .mp4 unless given, .png for photos. */
  readonly to?: string;
  readonly as?: 'h265' | 'vp9' | 'av1';
  /** The test that holds it, below `test/`. */
  readonly test: string;
}
