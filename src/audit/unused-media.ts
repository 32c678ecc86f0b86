import type { FileHandle } from 'node:fs/promises';
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
 * reads them; none of any other file.
 *
 * @param ffprobe its path
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
  if (code !== 0) return [];
  const used: Range[] = [];
  for (const [line] of stdout.matchAll(/^.+$/gm)) {
    const [position, bytes] = ['pos', 'size'].map((name) =>
      Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1]),
    );
    if (position! >= 0 && bytes! > 0) used.push({ from: position!, to: position! + bytes! });
  }
  used.sort((a, b) => a.from - b.from);
  return media.flatMap((box) => gapsIn(box, used));
}

/** What is left of a range without others, in order. @param used ascending */
function gapsIn({ from, to }: Range, used: readonly Range[]): Range[] {
  const gaps: Range[] = [];
  let at = from;
  for (const each of used) {
    if (each.to <= at) continue;
    if (each.from >= to) break;
    if (each.from > at) gaps.push({ from: at, to: each.from });
    at = each.to;
  }
  if (at < to) gaps.push({ from: at, to });
  return gaps;
}
