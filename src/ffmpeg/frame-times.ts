import type { Binaries } from './binaries.ts';
import { listPackets } from './packets.ts';
import type { Probe } from './probe.ts';

export interface FrameTimesOptions {
  /** Seconds from the start of the file, or null for the whole. */
  readonly start: number | null;
  readonly end: number | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Display time of each frame in a part of a video, from its packets: seconds from the start of the part, ascending.
 * These are the times of the frames that a source decodes; the first is later than 0 if the picture begins after the
 * audio.
 *
 * @returns an empty list if the file does not state them
 * @throws VeilError INTERRUPTED
 */
export async function frameTimes(
  path: string,
  { video, startTime }: Pick<Probe, 'video' | 'startTime'>,
  binaries: Pick<Binaries, 'ffprobe'>,
  { start, end, signal }: FrameTimesOptions,
): Promise<number[]> {
  if (video === null) return [];
  const options = ['-select_streams', `${video.index}`];
  const packets = await listPackets(path, binaries, { options, signal });
  const times: number[] = [];
  for (const { time, isHidden } of packets ?? []) {
    if (time === null) return [];
    // To the microsecond, like ffmpeg's limits of a part.
    const shown = Math.round((time - startTime) * 1e6) / 1e6;
    if (!isHidden && shown >= (start ?? -Infinity) && shown < (end ?? Infinity))
      times.push(shown - (start ?? 0));
  }
  return times.sort((a, b) => a - b);
}
