import { interrupted, VeilError } from '../errors.ts';
import { capture } from './process.ts';

/** A part of an audio track. */
export interface SoundPart {
  readonly path: string;
  /** Index among all streams of the file. */
  readonly index: number;
  /** Options before `-i`. */
  readonly input: readonly string[];
  /** Filters that cut out the part. */
  readonly filters: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const TIME_LIMIT = 60_000;

/**
 * Decodes a part of an audio track.
 *
 * @returns its loudest sample, decibels: 0 is full scale, −91 or less is silence; −Infinity without samples
 * @throws VeilError DECODER_FAILED, INTERRUPTED
 */
export async function loudestSample(ffmpeg: string, part: SoundPart): Promise<number> {
  const { path, index, input, filters, signal } = part;
  const args = [
    ...['-hide_banner', '-nostdin', '-nostats', '-protocol_whitelist', 'file'],
    ...[...input, '-i', `file:${path}`, '-map', `0:${index}`],
    ...['-af', [...filters, 'volumedetect'].join(','), '-f', 'null', '-'],
  ];
  const { code, stderr } = await capture(ffmpeg, args, { timeoutMs: TIME_LIMIT, signal });
  if (signal?.aborted === true) throw interrupted();
  if (code !== 0) {
    throw new VeilError('DECODER_FAILED', `The sound of ${path} could not be decoded.`, {
      hint: 'Play it to see whether it is whole, or leave the sound out with --audio drop.',
      cause: stderr,
    });
  }
  const volume = /max_volume: (-?[\d.]+) dB/.exec(stderr)?.[1];
  return volume === undefined ? -Infinity : Number(volume);
}
