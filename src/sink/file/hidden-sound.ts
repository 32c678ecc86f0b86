import { VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { capture } from '../../ffmpeg/process.ts';

/**
 * Seconds at the start or the end of a track that may stay unplayed in a copy: what encoders put there to begin and to
 * fill their last packet (AAC 2,112 samples, Opus 3,840).
 */
const PRIMING = 0.085;

/** An hour of sound has a few megabytes of lines. */
const MOST_BYTES = 512 * 1024 * 1024;
const TIME_LIMIT = 600_000;

/**
 * The sound tracks, by index among all streams, in which packets hold sound that players leave out: an edit list or an
 * offset hides it, and a copy would carry it along.
 *
 * @throws VeilError INPUT_UNREADABLE when the packets can't be listed, INTERRUPTED
 */
export async function tracksWithHiddenSound(
  path: string,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<ReadonlySet<number>> {
  const what =
    'packet=stream_index,pts_time,duration_time,flags:packet_side_data=skip_samples,discard_padding';
  const args = ['-v', 'error', '-protocol_whitelist', 'file', '-select_streams', 'a', '-show_entries', what];
  const { code, stdout } = await capture(ffprobe.path, [...args, '-of', 'compact', `file:${path}`], {
    timeoutMs: TIME_LIMIT,
    maxBytes: MOST_BYTES,
    signal,
  });
  if (signal?.aborted === true) throw new VeilError('INTERRUPTED', 'Stopped before the end.');
  if (code !== 0) {
    throw new VeilError('INPUT_UNREADABLE', `The sound of ${path} can't be read to its end.`, {
      hint: 'Play it to see whether it is whole, or leave the sound out with --audio drop.',
    });
  }
  const hidden = new Map<number, number>();
  for (const line of stdout.split('\n')) {
    const index = Number(/stream_index=(\d+)/.exec(line)?.[1]);
    if (!Number.isInteger(index)) continue;
    hidden.set(index, (hidden.get(index) ?? 0) + hiddenSeconds(line));
  }
  return new Set([...hidden].filter(([, seconds]) => seconds > PRIMING).map(([index]) => index));
}

/** Of one packet: all of it where it is marked to be discarded or lies before the start, else nothing. */
function hiddenSeconds(line: string): number {
  const duration = Number(/duration_time=([\d.]+)/.exec(line)?.[1] ?? 0);
  const start = Number(/pts_time=(-?[\d.]+)/.exec(line)?.[1] ?? 0);
  const isDiscarded = /flags=\w*D/.test(line) || start + duration <= 0;
  if (isDiscarded) return duration;
  const samples = ['skip_samples', 'discard_padding'].map((name) =>
    Number(new RegExp(`${name}=(\\d+)`).exec(line)?.[1] ?? 0),
  );
  // At the highest rate in use this is too little, at the usual ones it is more than priming: the doubt encodes anew.
  return Math.max(...samples) / 48_000;
}
