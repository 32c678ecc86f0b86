/** Apart from what runs ffprobe, whose types are not those of the library. */
export interface FfprobeOptions {
  /** Milliseconds until it is ended. Default 60,000. */
  readonly timeoutMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}
