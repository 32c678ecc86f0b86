/** Separate from the code that runs ffprobe, whose types are not part of the library. */
export interface FfprobeOptions {
  /** Time limit, milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  /** Stops the program. */
  readonly signal?: AbortSignal | undefined;
}
