import { access, constants, readFile, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { graphicsCards } from './graphics-cards.ts';
import { unavailable } from './unavailable.ts';

/** Variables that name drivers and devices. */
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
 * Makes sure that a graphics driver is listed: without one there is nothing to ask for.
 *
 * @throws VeilError GPU_UNAVAILABLE
 */
export async function requireDriver(): Promise<void> {
  if (process.platform !== 'linux') return;
  const named = VARIABLES.slice(0, 3).some((name) => process.env[name]);
  if (!named && (await listedDrivers()).length === 0) throw unavailable('no Vulkan driver is installed');
}

/**
 * Everything that decides which adapter there is: the package that asks, listed drivers, cards, what the user may
 * open, and when the system started, since drivers are loaded then.
 *
 * @returns null where that cannot be told, on other systems than Linux
 */
export async function driverState(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const started = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const named = VARIABLES.map((name) => process.env[name] ?? '');
  const files = [...(await listedDrivers()), ...named.slice(0, 3).flatMap((value) => value.split(':'))];
  const drivers = await Promise.all(files.map(identityOf));
  const parts = [packageVersion(), started.trim(), ...named, ...drivers, ...(await graphicsCards())];
  return [...parts, ...(await devices('/dev/dri')), ...(await devices('/dev', /^nvidia|^dxg$/))].join(' | ');
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

/** Device files, and which of them this user may open. */
async function devices(folder: string, pattern = /./): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => pattern.test(name)).sort();
  return Promise.all(
    names.map((name) =>
      access(join(folder, name), constants.R_OK | constants.W_OK).then(
        () => name,
        () => `no ${name}`,
      ),
    ),
  );
}

const require = createRequire(import.meta.url);

function packageVersion(): string {
  try {
    return (require('webgpu/package.json') as { version: string }).version;
  } catch {
    // Its absence is part of the state.
    return '';
  }
}
