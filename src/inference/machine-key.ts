import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const PACKAGES = [
  'onnxruntime-node',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-node',
  'webgpu',
];

/** Everything that decides which engine is the fastest: program, packages, processor, graphics cards. */
export async function machineKey(): Promise<string> {
  const versions = ['../../package.json', ...PACKAGES.map((name) => `${name}/package.json`)].map(versionIn);
  const processors = cpus();
  const processor = `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`;
  const cards = await graphicsCards('/sys/class/drm');
  return [...versions, process.versions.node, process.platform, process.arch, processor, ...cards].join(
    ' | ',
  );
}

const require = createRequire(import.meta.url);

function versionIn(manifest: string): string {
  try {
    return z.object({ version: z.string() }).parse(require(manifest)).version;
  } catch (error) {
    // Its absence is part of the key.
    return error instanceof z.ZodError ? 'unknown' : 'none';
  }
}

/** Vendor and device numbers on Linux. Elsewhere a card rarely changes alone. */
async function graphicsCards(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const cards = entries.filter((entry) => /^card\d+$/.test(entry)).sort();
  const numbers = cards.map(async (card) => {
    const parts = ['vendor', 'device'].map((part) => readFile(join(folder, card, 'device', part), 'utf8'));
    return (await Promise.all(parts).catch(() => ['unknown'])).map((part) => part.trim()).join(':');
  });
  const nvidia = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '');
  return [...(await Promise.all(numbers)), nvidia.split('\n')[0] ?? ''];
}
