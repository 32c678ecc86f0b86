import { VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { listPackets, PRIMING, type Packet } from '../../ffmpeg/packets.ts';

/** Of the list of packets. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The sound tracks, by index among all streams, in which packets hold sound that players leave out: an edit list or an
 * offset hides it, and a copy would carry it along. What encoders need to begin and to end may stay.
 *
 * @throws VeilError INPUT_UNREADABLE when the packets can't be listed, INTERRUPTED
 */
export async function tracksWithHiddenSound(
  path: string,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<ReadonlySet<number>> {
  const options = ['-select_streams', 'a'];
  const packets = await listPackets(path, binaries, { options, maxBytes: MOST_BYTES, signal });
  if (packets === null) {
    throw new VeilError('INPUT_UNREADABLE', `The sound of ${path} can't be read to its end.`, {
      hint: 'Play it to see whether it is whole, or leave the sound out with --audio drop.',
    });
  }
  const hidden = new Map<number, number>();
  for (const packet of packets) {
    hidden.set(packet.stream, (hidden.get(packet.stream) ?? 0) + hiddenSeconds(packet));
  }
  return new Set([...hidden].filter(([, seconds]) => seconds > PRIMING).map(([index]) => index));
}

function hiddenSeconds({ duration, isHidden, hiddenSamples }: Packet): number {
  // At the highest rate in use this is too little, at the usual ones it is more than priming: the doubt encodes anew.
  return isHidden ? (duration ?? 0) : hiddenSamples / 48_000;
}
