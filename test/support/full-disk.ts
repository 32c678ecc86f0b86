import { open, type FileHandle } from 'node:fs/promises';
import { vi } from 'vitest';

/**
 * The next text that is appended to an open file breaks off in its middle, because the disk is full.
 *
 * @param path any file
 */
export async function fillDiskOnce(path: string): Promise<void> {
  const file = await open(path, 'r');
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async function (this: FileHandle, data) {
    await this.write(String(data).slice(0, 20));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
}
