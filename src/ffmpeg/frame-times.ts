import { interrupted } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import { capture } from './process.ts';

const TIME_LIMIT = 120_000;
/** A day at 60 frames a second has some 80 MB. */
const MOST_BYTES = 256 * 1024 ** 2;

/**
 * When each frame of a video stream is shown, from what its packets say: seconds, rising, the first at 0.
 *
 * @param stream index of the stream in the file
 * @returns an empty list where the file does not say it
 * @throws VeilError INTERRUPTED
 */
export async function frameTimes(
  path: string,
  stream: number,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<number[]> {
  const args = ['-v', 'error', '-protocol_whitelist', 'file', '-select_streams', `${stream}`];
  const { code, stdout } = await capture(
    ffprobe.path,
    [...args, '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', `file:${path}`],
    { timeoutMs: TIME_LIMIT, maxBytes: MOST_BYTES, signal },
  );
  if (signal?.aborted === true) throw interrupted();
  // Packets that players leave out are marked D.
  const shown = [...stdout.matchAll(/^(-?[\d.]+),([A-Z_]*)/gm)].filter(
    ([, , flags]) => !flags!.includes('D'),
  );
  const times = shown.map(([, time]) => Number(time)).sort((a, b) => a - b);
  return code === 0 ? times.map((time) => time - times[0]!) : [];
}
