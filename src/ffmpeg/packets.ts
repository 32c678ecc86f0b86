import { interrupted } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import { capture } from './process.ts';

/**
 * Seconds at the start or the end of a sound track that encoders put there to begin and to fill their last packet (AAC
 * 2,112 samples, Opus 3,840).
 */
export const PRIMING = 0.085;

/** One packet of a stream, without its content. */
export interface Packet {
  /** Index of its stream in the file. */
  readonly stream: number;
  /** Seconds at which it is presented; null where the container states none. */
  readonly time: number | null;
  /** Seconds; null where the container states none. */
  readonly duration: number | null;
  /** Whether it can be decoded without others. */
  readonly isKey: boolean;
  /** Whether players leave all of it out: it is marked so, or ends before the start. */
  readonly isHidden: boolean;
  /** Samples that players leave out from its start on, which may be more than it has. */
  readonly skippedSamples: number;
  /** Samples that players leave out at its end. */
  readonly droppedSamples: number;
}

export interface PacketOptions {
  /** Options of ffprobe that select packets, such as `-select_streams a`. */
  readonly options?: readonly string[];
  /** The list has at most so many bytes. Default 512 MiB: a day at 60 frames a second. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

const TIME_LIMIT = 600_000;
const MOST_BYTES = 512 * 1024 * 1024;
const ENTRIES =
  'packet=stream_index,pts_time,duration_time,flags:packet_side_data=skip_samples,discard_padding';

/**
 * Lists the packets of a file, in the order in which they lie in it.
 *
 * @returns null where ffprobe can't read the file to its end
 * @throws VeilError INTERRUPTED, INTERNAL where the list is too long or takes too long
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
  return code === 0 ? packetsOf(stdout) : null;
}

function* packetsOf(text: string): Generator<Packet, void, void> {
  for (const [line] of text.matchAll(/^.*stream_index=\d.*$/gm)) yield packetOf(line);
}

function packetOf(line: string): Packet {
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
    isHidden: /flags=\w*D/.test(line) || (time !== null && endsBeforeStart(time, duration)),
    skippedSamples: numberOf('skip_samples') ?? 0,
    droppedSamples: numberOf('discard_padding') ?? 0,
  };
}

function endsBeforeStart(time: number, duration: number | null): boolean {
  return duration === null ? time < 0 : time + duration <= 0;
}
