import { open } from 'node:fs/promises';
import { interrupted } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import { beginsFilm, endOfFilm } from './container-ends.ts';
import { capture } from './process.ts';

/** Builds of ffmpeg from 5.0 on read Matroska on behind its end. Of Ogg, too, some do, but can't decode what they read. */
const READ_ON = 'matroska';

/** Containers in which one recording may follow another. */
const CONTINUED: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

const TIME_LIMIT = 600_000;
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Offset of a second film behind the first one, as `cat a.mp4 b.mp4` makes them, if ffmpeg stops before it as players do.
 * Null if there is none.
 *
 * @param format ffmpeg's names of the container
 * @throws VeilError INTERRUPTED
 */
export async function filmBehind(
  path: string,
  format: string,
  binaries: Pick<Binaries, 'ffmpeg'>,
  signal?: AbortSignal,
): Promise<number | null> {
  const offset = CONTINUED.has(format) ? null : await offsetBehind(path);
  if (offset === null || !format.includes(READ_ON)) return offset;
  return (await readsBeyond(path, offset, binaries, signal)) ? null : offset;
}

/** Offset of a second film, whether ffmpeg reads it or not; null if there is none. */
export async function offsetBehind(path: string): Promise<number | null> {
  await using file = await open(path);
  const { size } = await file.stat();
  const end = await endOfFilm(file, size);
  if (end === null || end + 16 > size) return null;
  const { buffer: head } = await file.read(Buffer.alloc(16), 0, 16, end);
  return beginsFilm(head) ? end : null;
}

/** Compares the packets that ffmpeg, not ffprobe, which may be newer, reads of the file and of its first film. */
async function readsBeyond(
  path: string,
  end: number,
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const counts = [];
  for (const input of [`file:${path}`, `subfile,,start,0,end,${end},,:file:${path}`]) {
    const args = ['-v', 'error', '-nostdin', '-protocol_whitelist', 'file,subfile', '-i', input];
    const { code, stdout } = await capture(
      ffmpeg.path,
      [...args, '-map', '0:v', '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
      { timeoutMs: TIME_LIMIT, maxBytes: MOST_BYTES, signal },
    );
    if (signal?.aborted === true) throw interrupted();
    if (code !== 0) return false;
    counts.push(stdout.split('\n').filter((line) => /^\d/.test(line)).length);
  }
  return counts[0]! > counts[1]!;
}
