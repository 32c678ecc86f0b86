import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder and its parents. Node's recursive mode loops forever on a file system that allows no folders but
 * does not report it, such as /proc.
 *
 * @returns the topmost folder created; null if all existed
 * @throws the system's error
 */
export async function makeFolder(folder: string): Promise<string | null> {
  const missing: string[] = [];
  for (let path = resolve(folder); !(await exists(path)); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    await mkdir(path).catch((error: unknown) => {
      // Another program has just created it; if it is not a folder, the next step fails.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
  return missing[0] ?? null;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory() || notAFolder(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function notAFolder(path: string): never {
  throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR' });
}
