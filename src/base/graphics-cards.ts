import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Vendor and device numbers on Linux, and NVIDIA's driver. Empty elsewhere, where cards rarely change on their own. */
export async function graphicsCards(folder = '/sys/class/drm'): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const cards = entries.filter((entry) => /^card\d+$/.test(entry)).sort();
  const numbers = cards.map(async (card) => {
    const parts = ['vendor', 'device'].map((part) => readFile(join(folder, card, 'device', part), 'utf8'));
    return (await Promise.all(parts).catch(() => ['unknown'])).map((part) => part.trim()).join(':');
  });
  const nvidia = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '');
  return [...(await Promise.all(numbers)), nvidia.split('\n')[0] ?? ''];
}

/** Cards, accessible device files, and the id of the boot, since drivers are loaded then. Linux only. */
export async function graphicsState(): Promise<string[]> {
  const started = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const files = [...(await devices('/dev/dri')), ...(await devices('/dev', /^nvidia|^dxg$/))];
  return [started.trim(), ...(await graphicsCards()), ...files];
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
