import { open } from 'node:fs/promises';

/** Errors of systems that can't sync folders. */
const UNABLE = ['EINVAL', 'EPERM', 'ENOTSUP', 'EISDIR'];

/** Makes new names in a folder survive a power cut, if the system can sync folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!UNABLE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
