import { VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import type { Probe, VideoStream } from '../../ffmpeg/probe.ts';
import { soundEndsAt } from '../../ffmpeg/sound-end.ts';
import { endsInPacket } from './cut-off.ts';
import { lossAtEnd } from './loss-at-end.ts';

/** How a video is read. */
interface Reading {
  readonly path: string;
  readonly probe: Probe;
  readonly binaries: Binaries;
  readonly start: number | null;
  readonly end: number | null;
  readonly asStored?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** What was decoded of a video. */
export interface Decoded {
  readonly frames: number;
  /** Of the last frame, seconds from the start of the file. */
  readonly lastTime: number;
  /** Whether the decoder reported damage. */
  readonly isDamaged: boolean;
}

/**
 * Says what is missing at the end of a video: a truncated file decodes without an error, but ends before its stated
 * duration.
 *
 * @returns a sentence; null for a part of a file, for an audit, and for a whole file
 * @throws VeilError INPUT_TRUNCATED, INTERRUPTED
 */
export async function missingAtEnd(
  { path, start, end, probe, binaries, asStored, signal }: Reading,
  video: VideoStream,
  { frames, lastTime, isDamaged }: Decoded,
): Promise<string | null> {
  if (start !== null || end !== null || asStored !== undefined) return null;
  const cut = (await endsInPacket(path, probe))
    ? `The file ends in the middle of a packet, after ${lastTime.toFixed(1)} s: it was cut off.`
    : null;
  // ffmpeg takes the length of an Ogg file from its last page, which is of the other film then.
  if (probe.format === 'ogg' && probe.filmBehind !== null) return cut;
  const loss = lossAtEnd(probe, video, frames, lastTime, isDamaged);
  if (loss === null) return cut;
  let { isSevere } = loss;
  if (!loss.isOfPicture && probe.audio.length > 0) {
    // Tolerates rounding by the container, and the last packet.
    const soundEnd = (await soundEndsAt(path, binaries, signal)) - probe.startTime;
    if (soundEnd >= loss.total - 0.5) return cut;
    // FLV states only the duration of the whole, which stays stale where a program has shortened it between packets.
    const isShort = loss.total - Math.max(soundEnd, lastTime) > loss.total / 2;
    isSevere ||= probe.format === 'flv' && cut !== null && isShort;
  }
  const text = `ends after ${lastTime.toFixed(1)} s of ${loss.total.toFixed(1)} s`;
  if (!isSevere) return `The picture ${text}: the file was cut off, or its end is damaged.`;
  throw new VeilError('INPUT_TRUNCATED', `${path} ${text}.`, {
    hint: `Copy the file again. To cover the part that is there: --end ${Math.floor(lastTime * 10) / 10}`,
  });
}
