import { readFile, rm } from 'node:fs/promises';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';

const RATE = 48_000;

/** First and last time at which the first audio track is loud, by the clock of the file, seconds. */
export async function toneSpan(
  path: string,
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
): Promise<[from: number, to: number]> {
  const raw = `${path}.pcm`;
  const fill = `aresample=${RATE}:async=1:min_hard_comp=0.0001:first_pts=0,aformat=channel_layouts=mono`;
  // By its own clock: by default ffmpeg counts from the start that it assumes.
  const args = ['-v', 'error', '-y', '-copyts', '-i', `file:${path}`, '-map', '0:a:0', '-af', fill];
  const { code, stderr } = await capture(ffmpeg.path, [...args, '-f', 's16le', raw]);
  if (code !== 0) throw new Error(stderr);
  const bytes = await readFile(raw);
  await rm(raw);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const isLoud = (sample: number): boolean => Math.abs(sample) > 6000;
  const first = samples.findIndex(isLoud);
  if (first < 0) throw new Error('There is no tone.');
  return [first / RATE, samples.findLastIndex(isLoud) / RATE];
}
