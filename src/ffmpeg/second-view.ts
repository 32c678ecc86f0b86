import { open } from 'node:fs/promises';
import { boxesOf } from './boxes.ts';

/** Limits of top-level boxes, and of bytes of the index. */
const MOST = { boxes: 1000, bytes: 64 * 1024 * 1024 };

/** ISO/IEC 14496-15: configuration of the layer for the other eye (MV-HEVC), and the extension for spatial video. */
const MARKS = ['lhvC', 'vexu'];

/**
 * Whether an MP4 or MOV has a second view in its HEVC stream, as spatial video does: ffmpeg does not report it.
 *
 * @throws the system's error if it can't be read
 */
export async function hasSecondView(path: string): Promise<boolean> {
  await using file = await open(path);
  const { size } = await file.stat();
  for await (const { name, start, to } of boxesOf(file, size, MOST.boxes)) {
    if (name !== 'moov') continue;
    const index = Buffer.alloc(Math.min(to - start, size - start, MOST.bytes));
    await file.read(index, 0, index.length, start);
    return MARKS.some((mark) => index.includes(mark, 0, 'latin1'));
  }
  return false;
}
