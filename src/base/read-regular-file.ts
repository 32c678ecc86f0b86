import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Why a file is not read although it could be opened. */
export type UnfitFile = 'not a file' | 'too large';

/**
 * Reads a whole file. Pipes and devices, which could keep a reader waiting for ever, and files that are too large are
 * not read.
 *
 * @returns its content, or why there is none
 * @throws the system's error where it can't be opened or read
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer | UnfitFile> {
  // Else opening a pipe waits for its writer. Windows has no such flag, and no such pipes.
  const flags = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);
  await using file = await open(path, flags);
  const facts = await file.stat();
  if (!facts.isFile()) return 'not a file';
  if (facts.size > maxBytes) return 'too large';
  const content = await file.readFile();
  // Files of /proc say that they are empty.
  return content.length > maxBytes ? 'too large' : content;
}
