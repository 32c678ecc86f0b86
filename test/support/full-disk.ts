import { open, type FileHandle } from 'node:fs/promises';
import { vi } from 'vitest';

/**
 * Makes the next text appended to an open file break off in its middle, as on a full disk.
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
