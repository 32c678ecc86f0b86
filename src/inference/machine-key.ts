import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { z } from 'zod';
import { graphicsCards } from '../base/graphics-cards.ts';

const PACKAGES = [
  'onnxruntime-node',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-node',
  'webgpu',
];

/** Everything that affects which engine is the fastest: program, packages, processor, graphics cards. */
export async function machineKey(): Promise<string> {
  const versions = ['../../package.json', ...PACKAGES.map((name) => `${name}/package.json`)].map(versionIn);
  const processors = cpus();
  const processor = `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`;
  const cards = await graphicsCards();
  return [...versions, process.versions.node, process.platform, process.arch, processor, ...cards].join(
    ' | ',
  );
}

const require = createRequire(import.meta.url);

function versionIn(manifest: string): string {
  try {
    return z.object({ version: z.string() }).parse(require(manifest)).version;
  } catch (error) {
    // A missing package is part of the key.
    return error instanceof z.ZodError ? 'unknown' : 'none';
  }
}
