import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Bytes that identify the format of a file: a PNG may begin with a colour profile. */
const HEAD = 256 * 1024;

/**
 * The first bytes of a regular file; null if it can't be read: opening it then reports the error.
 *
 * @param length largest number of bytes
 */
export async function headOf(path: string, length = HEAD): Promise<Buffer | null> {
  try {
    // Without this flag, opening a pipe waits for its writer. Windows has neither this flag nor such pipes.
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

/** ISO/IEC 14496-12, 4.3: the major brand and the compatible brands of an MP4-like file. */
export function brandsOf(head: Buffer): string[] {
  if (head.length < 16 || head.toString('latin1', 4, 8) !== 'ftyp') return [];
  const names = head.toString('latin1', 8, Math.min(head.readUInt32BE(0), 256)).match(/[^]{4}/g) ?? [];
  // The second one is a version number.
  return names.filter((_, position) => position !== 1);
}
