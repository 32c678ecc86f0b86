import type { Binaries } from './binaries.ts';
import { listPackets } from './packets.ts';

/** Containers whose clock may jump: at joined recordings, or when a receiver lost its station. */
const WITH_CLOCK: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

/** Beyond these limits ffmpeg treats a step as a jump, seconds. Frame reordering goes back by less. */
const JUMP = { ahead: 10, back: 1 };

/** Facts about a video's clock, from its packets, in containers where it may jump. */
export interface VideoClock {
  /**
   * Times of jumps, seconds of playback: ffmpeg continues the times there, and the file's stated duration is wrong.
   */
  readonly jumps: readonly number[];
  /** Times of key frames, seconds by the clock of the file, ascending. */
  readonly keyTimes: readonly number[];
}

/**
 * Reads the clock of a video; nothing if it can't jump.
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
