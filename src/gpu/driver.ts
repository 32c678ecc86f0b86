import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unavailable } from './inspect-adapter.ts';

/**
 * Makes sure that a graphics driver is listed: without one there is nothing to ask for.
 *
 * @throws VeilError GPU_UNAVAILABLE
 */
export async function requireDriver(): Promise<void> {
  if (!(await mayHaveDriver())) throw unavailable('no Vulkan driver is installed');
}

async function mayHaveDriver(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const { env } = process;
  if (['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'].some((name) => env[name])) return true;
  const shares = (env['XDG_DATA_DIRS'] ?? '').split(':').filter((path) => path !== '');
  const folders = ['/etc', '/usr/local/etc', '/usr/share', '/usr/local/share', ...shares];
  folders.push(join(homedir(), '.local', 'share'));
  const listed = folders.map((folder) => readdir(join(folder, 'vulkan', 'icd.d')).catch(() => []));
  return (await Promise.all(listed)).some((files) => files.length > 0);
}
