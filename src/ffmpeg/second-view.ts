import { open } from 'node:fs/promises';

/** Boxes on the first level that are looked at, and bytes of the index. */
const MOST = { boxes: 1000, bytes: 64 * 1024 * 1024 };

/** ISO/IEC 14496-15: the settings of the layer for the other eye (MV-HEVC), and what spatial video adds to them. */
const MARKS = ['lhvC', 'vexu'];

/**
 * Whether an MP4 or MOV holds a second view in its HEVC stream, as spatial video does: ffmpeg does not tell.
 *
 * @throws the system's error where it can't be read
 */
export async function hasSecondView(path: string): Promise<boolean> {
  await using file = await open(path);
  const { size } = await file.stat();
  let at = 0;
  for (let box = 0; box < MOST.boxes && at + 16 <= size; box += 1) {
    const { buffer: head } = await file.read(Buffer.alloc(16), 0, 16, at);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return false;
    if (head.toString('latin1', 4, 8) === 'moov') {
      const index = Buffer.alloc(Math.min(length, size - at, MOST.bytes));
      await file.read(index, 0, index.length, at);
      return MARKS.some((mark) => index.includes(mark, 0, 'latin1'));
    }
    at += length;
  }
  return false;
}
