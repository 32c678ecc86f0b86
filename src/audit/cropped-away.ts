import { interrupted } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { capture } from '../ffmpeg/process.ts';
import type { Probe } from '../ffmpeg/probe.ts';

/** Coded frames may be larger by up to this: codecs, and ffmpeg, round sizes up to whole blocks, pixels. */
const BLOCK = 64;

const TIME_LIMIT = 60_000;

/**
 * Streams whose frames hold more than players show, a sentence each: what a codec crops away can be made visible.
 *
 * @throws VeilError INTERRUPTED
 */
export async function croppedProblems(
  path: string,
  { videos }: Pick<Probe, 'videos'>,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { index, width, height } of videos) {
    const first = ['-select_streams', String(index), '-read_intervals', '%+#1', '-show_frames'];
    const args = ['-v', 'error', '-protocol_whitelist', 'file', '-apply_cropping', '0', ...first];
    const entries = ['-show_entries', 'frame=width,height', '-of', 'csv=p=0', `file:${path}`];
    const { stdout } = await capture(ffprobe.path, [...args, ...entries], { timeoutMs: TIME_LIMIT, signal });
    if (signal?.aborted === true) throw interrupted();
    const [, across, down] = (/^(\d+),(\d+)/.exec(stdout) ?? []).map(Number);
    if (across === undefined || down === undefined) continue;
    if (across - width < BLOCK && down - height < BLOCK) continue;
    problems.push(
      `The frames of stream ${index} hold ${across}x${down} pixels, of which players show ${width}x${height}; the others can be made visible.`,
    );
  }
  return problems;
}
