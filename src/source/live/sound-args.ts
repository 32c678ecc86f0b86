/** Live sound is what every encoder takes: 16 bits, two channels. */
export const SOUND = { rate: 48_000, channels: 2, bytesPerSample: 4 } as const;

/**
 * The output that carries the sound of a source, if it has any: PCM beside a picture of a few pixels, since an output
 * without a stream is an error, and nobody knows before whether there is sound.
 */
export function soundOutput(tick: string, fd: number, fpsArgs: readonly string[]): string[] {
  return [
    ...['-map', `[${tick}]`, '-map', '0:a:0?'],
    ...['-c:v', 'rawvideo', ...fpsArgs, '-enc_time_base:v', '1/1000000'],
    ...['-c:a', 'pcm_s16le', '-ar', String(SOUND.rate), '-ac', String(SOUND.channels)],
    ...['-map_metadata', '-1', '-fflags', '+bitexact'],
    // Neither waits long for the other.
    ...['-max_interleave_delta', '50000', '-max_muxing_queue_size', '4096'],
    ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1', `pipe:${fd}`],
  ];
}
