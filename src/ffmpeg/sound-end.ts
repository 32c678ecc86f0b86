import type { Binaries } from './binaries.ts';
import { listPackets } from './packets.ts';

/**
 * End of the audio of a file, seconds of its clock; -Infinity if it can't be read to its end.
 *
 * @throws VeilError INTERRUPTED
 */
export async function soundEndsAt(
  path: string,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<number> {
  const options = ['-select_streams', 'a'];
  const packets = await listPackets(path, binaries, { options, signal });
  let end = -Infinity;
  for (const { time, duration } of packets ?? []) end = Math.max(end, (time ?? -Infinity) + (duration ?? 0));
  return end;
}
