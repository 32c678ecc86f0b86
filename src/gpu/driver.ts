import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { graphicsState } from '../base/graphics-cards.ts';
import { unavailable } from './unavailable.ts';

/** Environment variables that select drivers and devices. */
const VARIABLES = [
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'VK_ADD_DRIVER_FILES',
  'VK_LOADER_DRIVERS_SELECT',
  'VK_LOADER_DRIVERS_DISABLE',
  'CUDA_VISIBLE_DEVICES',
  'DRI_PRIME',
  'MESA_VK_DEVICE_SELECT',
];

/**
 * Checks that a graphics driver is listed: without one there is nothing to query.
 *
 * @throws VeilError GPU_UNAVAILABLE
 */
export async function requireDriver(): Promise<void> {
  if (process.platform !== 'linux') return;
  const named = VARIABLES.slice(0, 3).some((name) => process.env[name]);
  if (!named && (await listedDrivers()).length === 0) throw unavailable('no Vulkan driver is installed');
}

/**
 * Everything that affects which adapter is found: the package, listed drivers, cards, accessible device files, and the
 * id of the boot, since drivers are loaded then.
 *
 * @returns null if unknown, on systems other than Linux
 */
export async function driverState(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const named = VARIABLES.map((name) => process.env[name] ?? '');
  const files = [...(await listedDrivers()), ...named.slice(0, 3).flatMap((value) => value.split(':'))];
  const drivers = await Promise.all(files.map(identityOf));
  return [packageVersion(), ...named, ...drivers, ...(await graphicsState())].join(' | ');
}

async function listedDrivers(): Promise<string[]> {
  const shares = (process.env['XDG_DATA_DIRS'] ?? '').split(':').filter((path) => path !== '');
  const folders = ['/etc', '/usr/local/etc', '/usr/share', '/usr/local/share', ...shares];
  folders.push(join(homedir(), '.local', 'share'));
  const listed = folders.map(async (folder) => {
    const drivers = join(folder, 'vulkan', 'icd.d');
    return (await readdir(drivers).catch(() => [])).sort().map((name) => join(drivers, name));
  });
  return (await Promise.all(listed)).flat();
}

async function identityOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => null);
  return facts === null ? '' : `${path} ${facts.size} ${facts.mtimeMs}`;
}

const require = createRequire(import.meta.url);

function packageVersion(): string {
  try {
    return (require('webgpu/package.json') as { version: string }).version;
  } catch {
    // A missing file is part of the state.
    return '';
  }
}
