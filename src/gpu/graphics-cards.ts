import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Vendor and device numbers on Linux, and NVIDIA's driver. Elsewhere none: a card rarely changes alone there. */
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
