import { VeilError } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { listPackets, PRIMING, type Packet } from '../ffmpeg/packets.ts';
import type { Probe } from '../ffmpeg/probe.ts';

/** Size limit of the packet list. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Content of a file that no player plays. */
export interface Hidden {
  /** A sentence for each stream. */
  readonly problems: readonly string[];
  /** Indexes of the streams that have such frames. */
  readonly videos: ReadonlySet<number>;
}

/** Finds frames and audio in the file that no player plays. */
export async function findHidden(
  path: string,
  { format, videos, audio }: Pick<Probe, 'format' | 'videos' | 'audio'>,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<Hidden> {
  const played = await totals(path, binaries, [], signal);
  // Other containers mark such packets. For MP4 and MOV, ffprobe leaves most of them out unless it ignores edit lists.
  const isEdited = format.split(',').includes('mov');
  const all = isEdited ? await totals(path, binaries, ['-ignore_editlist', '1'], signal) : played;
  const problems: string[] = [];
  const hiding = new Set<number>();
  for (const { index } of videos) {
    const hidden = (all.get(index)?.packets ?? 0) - (played.get(index)?.playedPackets ?? 0);
    if (hidden <= 0) continue;
    problems.push(`Stream ${index} has ${hidden} frames that no player shows.`);
    hiding.add(index);
  }
  for (const { index } of audio) {
    const hidden = (all.get(index)?.seconds ?? 0) - (played.get(index)?.playedSeconds ?? 0);
    if (hidden > PRIMING)
      problems.push(`Stream ${index} has ${hidden.toFixed(2)} s of sound that no player plays.`);
  }
  return { problems, videos: hiding };
}

/** Totals of one stream. */
interface Totals {
  packets: number;
  playedPackets: number;
  seconds: number;
  playedSeconds: number;
}

async function totals(
  path: string,
  binaries: Pick<Binaries, 'ffprobe'>,
  options: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<number, Totals>> {
  const packets = await listPackets(path, binaries, { options, maxBytes: MOST_BYTES, signal });
  if (packets === null) {
    throw new VeilError('INPUT_UNREADABLE', `${path} can't be read to its end.`, {
      hint: 'Play it to see whether it is whole.',
    });
  }
  const streams = new Map<number, Totals>();
  const last = new Map<number, Packet>();
  for (const packet of packets) {
    const latest = last.get(packet.stream);
    if (latest === undefined) last.set(packet.stream, packet);
    else if ((packet.time ?? Infinity) < (latest.time ?? 0)) count(streams, packet);
    else {
      count(streams, latest);
      last.set(packet.stream, packet);
    }
  }
  // Old versions of ffmpeg end a track with a packet without duration that repeats the last frame to extend it. If that
  // packet is a key frame, it may be another picture.
  for (const packet of last.values()) if (packet.duration !== null || packet.isKey) count(streams, packet);
  return streams;
}

function count(streams: Map<number, Totals>, { stream, duration, isHidden }: Packet): void {
  const sum = streams.get(stream) ?? { packets: 0, playedPackets: 0, seconds: 0, playedSeconds: 0 };
  streams.set(stream, sum);
  sum.packets += 1;
  sum.seconds += duration ?? 0;
  if (isHidden) return;
  sum.playedPackets += 1;
  sum.playedSeconds += duration ?? 0;
}
