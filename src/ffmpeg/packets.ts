import { interrupted } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import { capture } from './process.ts';

/**
 * Seconds of encoder delay and padding at the start or the end of an audio track (AAC 2,112 samples, Opus 3,840).
 */
export const PRIMING = 0.085;

/** One packet of a stream, without its content. */
export interface Packet {
  /** Index of its stream in the file. */
  readonly stream: number;
  /** Presentation time, seconds; null if the container states none. */
  readonly time: number | null;
  /** Seconds; null if the container states none. */
  readonly duration: number | null;
  /** Whether it can be decoded on its own. */
  readonly isKey: boolean;
  /** Whether players skip all of it: it is marked so, or ends before the start. */
  readonly isHidden: boolean;
  /** Seconds between its begin and the start of the file, which players skip. */
  readonly beforeStart: number;
  /** Samples that players skip from its start on, which may be more than it has. */
  readonly skippedSamples: number;
  /** Samples that players skip at its end. */
  readonly droppedSamples: number;
}

export interface PacketOptions {
  /** Options of ffprobe that select packets, such as `-select_streams a`. */
  readonly options?: readonly string[];
  /** Size limit of the list, bytes. Default 512 MiB: a day at 60 frames per second. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

const TIME_LIMIT = 600_000;
const MOST_BYTES = 512 * 1024 * 1024;
const ENTRIES =
  'packet=stream_index,pts_time,duration_time,flags:packet_side_data=skip_samples,discard_padding:format=format_name';

/**
 * Containers whose clock begins anywhere: from shortly before its end, ffmpeg counts below 0. In others that is before
 * the start.
 */
const ANY_START = /^format\|.*format_name=(?:mpegts|mpeg)\b/m;

/**
 * Lists the packets of a file, in file order; the list can be read several times.
 *
 * @returns null if ffprobe can't read the file to its end
 * @throws VeilError INTERRUPTED, INTERNAL if the list is too long or takes too long
 */
export async function listPackets(
  path: string,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  { options = [], maxBytes = MOST_BYTES, signal }: PacketOptions = {},
): Promise<Iterable<Packet> | null> {
  const file = ['-of', 'compact', `file:${path}`];
  const args = ['-v', 'error', '-protocol_whitelist', 'file', ...options, '-show_entries', ENTRIES, ...file];
  const { code, stdout } = await capture(ffprobe.path, args, { timeoutMs: TIME_LIMIT, maxBytes, signal });
  if (signal?.aborted === true) throw interrupted();
  return code === 0 ? { [Symbol.iterator]: () => packetsOf(stdout) } : null;
}

/**
 * Whether a stream has a packet: an index alone may describe it.
 *
 * @throws VeilError INTERRUPTED
 */
export async function hasPackets(
  path: string,
  stream: number,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const options = ['-select_streams', String(stream), '-read_intervals', '%+#1'];
  const packets = await listPackets(path, binaries, { options, signal });
  return packets === null || !packets[Symbol.iterator]().next().done;
}

function* packetsOf(text: string): Generator<Packet, void, void> {
  // The format comes last.
  const isAnyStart = ANY_START.test(text.slice(-1000));
  for (const [line] of text.matchAll(/^.*stream_index=\d.*$/gm)) yield packetOf(line, isAnyStart);
}

function packetOf(line: string, isAnyStart: boolean): Packet {
  const numberOf = (name: string): number | null => {
    const value = new RegExp(`\\b${name}=(-?[\\d.]+)`).exec(line)?.[1];
    return value === undefined ? null : Number(value);
  };
  const duration = numberOf('duration_time');
  const time = numberOf('pts_time');
  return {
    stream: numberOf('stream_index')!,
    time,
    duration,
    isKey: /flags=\w*K/.test(line),
    isHidden: /flags=\w*D/.test(line) || (!isAnyStart && time !== null && endsBeforeStart(time, duration)),
    beforeStart: isAnyStart ? 0 : Math.max(0, -(time ?? 0)),
    skippedSamples: numberOf('skip_samples') ?? 0,
    droppedSamples: numberOf('discard_padding') ?? 0,
  };
}

function endsBeforeStart(time: number, duration: number | null): boolean {
  return duration === null ? time < 0 : time + duration <= 0;
}
