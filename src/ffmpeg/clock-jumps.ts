import type { Binaries } from './binaries.ts';
import { listPackets } from './packets.ts';

/** Containers whose clock may jump: where recordings were joined, or a receiver lost its station. */
const WITH_CLOCK: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

/** ffmpeg takes a longer pause for a jump, seconds. Frames that are stored in another order go back by less. */
const JUMP = { ahead: 10, back: 1 };

/** What the packets of a video say of its clock, in containers where it may jump. */
export interface VideoClock {
  /**
   * When it jumps, seconds of what is played: ffmpeg lets the times go on there, and what the file says of its duration is
   * wrong.
   */
  readonly jumps: readonly number[];
  /** Times of the pictures that can be decoded without others, seconds by the clock of the file, rising. */
  readonly keyTimes: readonly number[];
}

/**
 * Reads the clock of a video; nothing where it can't jump.
 *
 * @param stream index among all streams
 * @throws VeilError INTERRUPTED
 */
export async function readClock(
  path: string,
  { format, stream }: { readonly format: string; readonly stream: number },
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<VideoClock> {
  if (!WITH_CLOCK.has(format)) return { jumps: [], keyTimes: [] };
  const options = ['-select_streams', String(stream)];
  const packets = await listPackets(path, binaries, { options, signal });
  const jumps: number[] = [];
  const keyTimes: number[] = [];
  let played = 0;
  let last: number | null = null;
  for (const { time, isKey } of packets ?? []) {
    if (time === null) continue;
    if (isKey) keyTimes.push(time);
    const step = last === null ? 0 : time - last;
    if (step > JUMP.ahead || step < -JUMP.back) jumps.push(played);
    else played += step;
    last = time;
  }
  return { jumps, keyTimes };
}
