import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Bytes that identify the format of a file: a PNG may have a colour profile first. */
const HEAD = 256 * 1024;

/**
 * The first bytes of a regular file; null where there is none that can be read: opening it says why.
 *
 * @param length at most so many bytes
 */
export async function headOf(path: string, length = HEAD): Promise<Buffer | null> {
  try {
    // Else opening a pipe waits for its writer. Windows has no such flag, and no such pipes.
    const flags = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);
    await using file = await open(path, flags);
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** ISO/IEC 14496-12, 4.3: what a file of boxes is, and what else it can be read as. */
export function brandsOf(head: Buffer): string[] {
  if (head.length < 16 || head.toString('latin1', 4, 8) !== 'ftyp') return [];
  const names = head.toString('latin1', 8, Math.min(head.readUInt32BE(0), 256)).match(/[^]{4}/g) ?? [];
  // The second is a version.
  return names.filter((_, position) => position !== 1);
}
