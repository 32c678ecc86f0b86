/** Format of live audio that every encoder supports: 16 bits, two channels. */
export const SOUND = { rate: 48_000, channels: 2, bytesPerSample: 4 } as const;

const STEADY_CLOCK = `asetpts='${[
  'if(isnan(PREV_OUTPTS),PTS',
  'PREV_OUTPTS+if(gt(PTS,PREV_INPTS),PTS-PREV_INPTS,NB_SAMPLES/SR/TB))',
].join(',')}'`;

/**
 * Output for the audio of a source, if it has any: PCM beside a picture of a few pixels. An output without a stream is
 * an error, and whether there is audio is not known in advance.
 */
export function audioOutput(tick: string, fd: number, fpsArgs: readonly string[]): string[] {
  return [
    ...['-map', `[${tick}]`, '-map', '0:a:0?'],
    ...['-c:v', 'rawvideo', '-threads:v', '1', ...fpsArgs, '-enc_time_base:v', '1/1000000'],
    // If the clock of the source is set back, the audio continues with the picture, whose times are corrected alike.
    ...[
      '-filter:a',
      STEADY_CLOCK,
      '-c:a',
      'pcm_s16le',
      '-ar',
      String(SOUND.rate),
      '-ac',
      String(SOUND.channels),
    ],
    ...['-map_metadata', '-1', '-fflags', '+bitexact'],
    // Neither stream waits long for the other.
    ...['-max_interleave_delta', '50000', '-max_muxing_queue_size', '4096'],
    ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1', `pipe:${fd}`],
  ];
}
