import { open } from 'node:fs/promises';
import { endOfBoxes } from './boxes.ts';

/**
 * Offset of a second film behind the first one in an .mp4 or .mov, as `cat a.mp4 b.mp4` makes them: players stop before
 * it. Null if there is none.
 */
export async function filmBehind(path: string): Promise<number | null> {
  await using file = await open(path);
  const { size } = await file.stat();
  const end = await endOfBoxes(file, size);
  if (end >= size) return null;
  const { buffer: head } = await file.read(Buffer.alloc(8), 0, 8, end);
  return head.toString('latin1', 4, 8) === 'ftyp' ? end : null;
}
