import { VeilError } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import type { Probe } from '../ffmpeg/probe.ts';
import { capture } from '../ffmpeg/process.ts';

/** Seconds of sound that encoders put around a track to begin and to fill its last packet. */
const PRIMING = 0.085;

/** An hour has a few megabytes of lines. */
const MOST_BYTES = 256 * 1024 * 1024;
const TIME_LIMIT = 600_000;

/** Frames and sound that are in the file and that no player plays, a sentence for each stream. */
export async function hiddenProblems(
  path: string,
  { format, videos, audio }: Pick<Probe, 'format' | 'videos' | 'audio'>,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<string[]> {
  const played = await playedTimes(path, binaries, [], signal);
  // Other containers mark such packets, MP4 and MOV leave most of them out until their edit lists are ignored.
  const isEdited = format.split(',').includes('mov');
  const all = isEdited ? await playedTimes(path, binaries, ['-ignore_editlist', '1'], signal) : played;
  const problems: string[] = [];
  for (const { index } of videos) {
    const hidden = (all.get(index)?.packets ?? 0) - (played.get(index)?.playedPackets ?? 0);
    if (hidden > 0) problems.push(`Stream ${index} has ${hidden} frames that no player shows.`);
  }
  for (const { index } of audio) {
    const hidden = (all.get(index)?.seconds ?? 0) - (played.get(index)?.playedSeconds ?? 0);
    if (hidden > PRIMING)
      problems.push(`Stream ${index} has ${hidden.toFixed(2)} s of sound that no player plays.`);
  }
  return problems;
}

/** Of one stream. */
interface Packets {
  packets: number;
  playedPackets: number;
  seconds: number;
  playedSeconds: number;
}

async function playedTimes(
  path: string,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  options: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<number, Packets>> {
  const what = ['-show_entries', 'packet=stream_index,pts_time,duration_time,flags', '-of', 'compact=p=0'];
  const args = ['-v', 'error', '-protocol_whitelist', 'file', ...options, ...what, `file:${path}`];
  const limits = { timeoutMs: TIME_LIMIT, maxBytes: MOST_BYTES, signal };
  const { code, stdout } = await capture(ffprobe.path, args, limits);
  if (signal?.aborted === true) throw new VeilError('INTERRUPTED', 'Stopped before the end.');
  if (code !== 0) {
    throw new VeilError('INPUT_UNREADABLE', `${path} can't be read to its end.`, {
      hint: 'Play it to see whether it is whole.',
    });
  }
  const streams = new Map<number, Packets>();
  const lines = [...stdout.matchAll(PACKET)];
  const last = new Map(lines.map(([, index], at) => [index, at]));
  for (const [at, [, index, time, length, flags]] of lines.entries()) {
    // An old ffmpeg ends a track with a packet that takes no time: it repeats the last frame, so that this one lasts.
    if (last.get(index) === at && length === 'N/A') continue;
    const stream = streams.get(Number(index)) ?? {
      packets: 0,
      playedPackets: 0,
      seconds: 0,
      playedSeconds: 0,
    };
    streams.set(Number(index), stream);
    const seconds = Number(length) || 0;
    stream.packets += 1;
    stream.seconds += seconds;
    const isHidden = flags!.includes('D') || Number(time) + seconds <= 0;
    if (isHidden) continue;
    stream.playedPackets += 1;
    stream.playedSeconds += seconds;
  }
  return streams;
}

const PACKET = /^stream_index=(\d+)\|pts_time=([^|]*)\|duration_time=([^|]*)\|flags=([^|\n]*)/gm;
