import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Why an accessible file is not read. */
export type UnfitFile = 'not a file' | 'too large';

/**
 * Reads a whole file. Refuses pipes and devices, which might block forever, and files that are too large.
 *
 * @returns its content, or the reason of the refusal
 * @throws the system's error if it can't be opened or read
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer | UnfitFile> {
  // Without this flag, opening a pipe waits for its writer. Windows has neither this flag nor such pipes.
  const flags = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);
  await using file = await open(path, flags);
  const facts = await file.stat();
  if (!facts.isFile()) return 'not a file';
  if (facts.size > maxBytes) return 'too large';
  const content = await file.readFile();
  // Files in /proc claim to be empty.
  return content.length > maxBytes ? 'too large' : content;
}
