import type { Binaries } from './binaries.ts';
import { listPackets } from './packets.ts';

/** Containers whose clock may jump: where recordings were joined, or a receiver lost its station. */
const WITH_CLOCK: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

/** ffmpeg takes a longer pause for a jump, seconds. Frames that are stored in another order go back by less. */
const JUMP = { ahead: 10, back: 1 };

/** Of the list of packets. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * When the clock of a video jumps, seconds of what is played: ffmpeg lets the times go on there, and what the file says
 * of its duration is wrong.
 *
 * @param stream index among all streams
 * @throws VeilError INTERRUPTED
 */
export async function clockJumps(
  path: string,
  { format, stream }: { readonly format: string; readonly stream: number },
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<number[]> {
  if (!WITH_CLOCK.has(format)) return [];
  const options = ['-select_streams', String(stream)];
  const packets = await listPackets(path, binaries, { options, maxBytes: MOST_BYTES, signal });
  const jumps: number[] = [];
  let played = 0;
  let last: number | null = null;
  for (const { time } of packets ?? []) {
    if (time === null) continue;
    const step = last === null ? 0 : time - last;
    if (step > JUMP.ahead || step < -JUMP.back) jumps.push(played);
    else played += step;
    last = time;
  }
  return jumps;
}
