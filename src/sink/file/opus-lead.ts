import type { Binaries } from '../../ffmpeg/binaries.ts';
import { capture } from '../../ffmpeg/process.ts';
import type { EncoderSupport } from '../encoder-support.ts';
import type { Muxer } from '../muxer.ts';
import type { AudioTrack, PlannedAudio } from './audio-plan.ts';

/** Pre-skip of libopus, samples at 48 kHz. */
const LIBOPUS_PRE_SKIP = 312;

/**
 * Seconds by which Opus plays too early in this ffmpeg's output: before 6.0 its Matroska muxer states the pre-skip, but
 * does not shift the audio accordingly. 0 if another codec is in the file as well: the two would need different shifts.
 */
export async function opusLead(
  planned: readonly PlannedAudio[],
  muxer: Muxer,
  support: Pick<EncoderSupport, 'codecDelay'>,
  original: {
    readonly path: string;
    readonly tracks: readonly AudioTrack[];
    readonly binaries: Pick<Binaries, 'ffprobe'>;
  },
): Promise<number> {
  if (support.codecDelay || (muxer !== 'matroska' && muxer !== 'webm')) return 0;
  const skips: number[] = [];
  for (const { index, encoder } of planned) {
    const isCopied =
      encoder === 'copy' && original.tracks.some((track) => track.index === index && track.codec === 'opus');
    if (!isCopied && encoder !== 'libopus') return 0;
    skips.push(isCopied ? await preSkipOf(original.path, index, original.binaries) : LIBOPUS_PRE_SKIP);
  }
  return skips.length === 0 ? 0 : Math.max(...skips) / 48_000;
}

/** Pre-skip in the header of an Opus track (RFC 7845, 5.1), samples at 48 kHz. */
async function preSkipOf(
  path: string,
  index: number,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
): Promise<number> {
  const what = ['-select_streams', String(index), '-show_data', '-show_entries', 'stream=extradata'];
  const args = ['-v', 'error', '-protocol_whitelist', 'file', ...what, '-of', 'default', `file:${path}`];
  const { stdout } = await capture(ffprobe.path, args);
  const head = /00000000: ((?:[0-9a-f]{4} ){8})/.exec(stdout)?.[1]?.replaceAll(' ', '') ?? '';
  return head.startsWith(Buffer.from('OpusHead').toString('hex'))
    ? Buffer.from(head, 'hex').readUInt16LE(10)
    : 0;
}
