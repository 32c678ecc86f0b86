import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Prints how large the installed packages are, largest first. */
export async function printPackageSizes(root: string): Promise<void> {
  const sizes: (readonly [string, number])[] = [];
  for (const name of await readdir(root)) sizes.push([name, await bytesUnder(join(root, name))]);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`node_modules ${(total / 1e6).toFixed(0)} MB; the largest:`);
  for (const [name, bytes] of sizes.sort((a, b) => b[1] - a[1]).slice(0, 10)) {
    console.log(`${(bytes / 1e6).toFixed(0).padStart(6)} MB  ${name}`);
  }
}

async function bytesUnder(path: string): Promise<number> {
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isDirectory()) return facts?.size ?? 0;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesUnder(join(path, name));
  return sum;
}
