import { findBinaries } from '../../ffmpeg/binaries.ts';
import { inputPart, partFilters } from '../../ffmpeg/input-part.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { startFfmpeg } from '../../ffmpeg/process.ts';
import { inputArgs } from '../../source/file/decode-args.ts';

/** Peaks a second. */
export const PEAKS_PER_SECOND = 50;
const RATE = 8000;
const SAMPLES = RATE / PEAKS_PER_SECOND;

export interface SoundOptions {
  readonly input: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly signal: AbortSignal;
}

/**
 * Loudness of the first audio track: a byte for each 1/{@link PEAKS_PER_SECOND} s, 0 silent to 255 full scale. Empty
 * without audio that can be decoded.
 */
export async function loudness({ input, start, end, signal }: SoundOptions): Promise<Buffer> {
  const binaries = await findBinaries();
  const facts = await probe(input, binaries, { signal });
  const tracks = facts.audio.slice(0, 1);
  const part = await inputPart(facts, 'sound', tracks, { start, end }, binaries.ffmpeg.path);
  const ends = partFilters(part, 'sound');
  const filters = ends.length === 0 ? [] : ['-af', ends.join(',')];
  const args = [
    ...inputArgs({ path: input, part }, 'error'),
    ...['-map', '0:a:0', ...filters, '-ac', '1', '-ar', `${RATE}`, '-f', 's16le', 'pipe:1'],
  ];
  const decoder = startFfmpeg(binaries.ffmpeg.path, args, { outputs: 1, signal });
  const peaks: number[] = [];
  let [peak, count] = [0, 0];
  let odd: Buffer = Buffer.alloc(0);
  decoder.outputs[0]!.on('error', () => undefined);
  for await (const chunk of decoder.outputs[0]!) {
    const bytes = Buffer.concat([odd, chunk as Buffer]);
    const whole = bytes.length & ~1;
    for (let at = 0; at < whole; at += 2) {
      peak = Math.max(peak, Math.abs(bytes.readInt16LE(at)));
      count += 1;
      if (count < SAMPLES) continue;
      peaks.push(Math.min(255, peak >> 7));
      [peak, count] = [0, 0];
    }
    odd = bytes.subarray(whole);
  }
  await decoder.exited;
  return Buffer.from(peaks);
}
