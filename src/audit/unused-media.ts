import type { FileHandle } from 'node:fs/promises';
import { interrupted } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { topLevelBoxes } from '../ffmpeg/boxes.ts';
import { capture } from '../ffmpeg/process.ts';

/** A range of bytes: of the first, and behind the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const TIME_LIMIT = 600_000;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Parts of the media data of an .mp4 or .mov that belong to no frame and no sound of any of its streams, so that no player
 * reads them, largest first; none of any other file.
 *
 * @throws VeilError INTERRUPTED
 */
export async function unusedMedia(
  path: string,
  file: FileHandle,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<Range[]> {
  const { size } = await file.stat();
  const media: Range[] = [];
  let isFilm = false;
  for await (const { name, from, to } of topLevelBoxes(file, size)) {
    isFilm ||= name === 'moov';
    if (name === 'mdat') media.push({ from, to: Math.min(to, size) });
  }
  if (!isFilm || media.length === 0) return [];
  const args = ['-v', 'error', '-protocol_whitelist', 'file', '-ignore_editlist', '1'];
  const entries = ['-show_entries', 'packet=pos,size', '-of', 'compact=p=0', `file:${path}`];
  const limits = { timeoutMs: TIME_LIMIT, maxBytes: MOST_BYTES, signal };
  const { code, stdout } = await capture(ffprobe.path, [...args, ...entries], limits);
  if (signal?.aborted === true) throw interrupted();
  if (code !== 0) return [];
  const used = usedRanges(stdout);
  return gapsIn(media, used).sort((a, b) => b.to - b.from - (a.to - a.from));
}

/** Ranges of packets, ascending. */
function usedRanges(packets: string): Range[] {
  const used: Range[] = [];
  for (const [line] of packets.matchAll(/^.+$/gm)) {
    const position = Number(/\bpos=(\d+)/.exec(line)?.[1]);
    const bytes = Number(/\bsize=(\d+)/.exec(line)?.[1]);
    if (position >= 0 && bytes > 0) used.push({ from: position, to: position + bytes });
  }
  return used.sort((a, b) => a.from - b.from);
}

/** What is left of ranges without others. @param all ascending, apart @param used ascending */
function gapsIn(all: readonly Range[], used: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let next = 0;
  /** Behind everything used so far. */
  let end = 0;
  for (const { from, to } of all) {
    let at = Math.max(from, Math.min(end, to));
    for (; next < used.length && used[next]!.from < to; next += 1) {
      const each = used[next]!;
      if (each.from > at) gaps.push({ from: at, to: each.from });
      end = Math.max(end, each.to);
      at = Math.max(at, Math.min(end, to));
    }
    if (at < to) gaps.push({ from: at, to });
  }
  return gaps;
}
