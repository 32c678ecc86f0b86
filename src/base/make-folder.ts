import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, with those above it. Node's own recursion goes round for ever where a file system takes no folders
 * but does not say so, as /proc does.
 *
 * @returns the topmost folder that was made, or null where all were there
 * @throws the system's error
 */
export async function makeFolder(folder: string): Promise<string | null> {
  const missing: string[] = [];
  for (let path = resolve(folder); !(await exists(path)); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    await mkdir(path).catch((error: unknown) => {
      // Another program made it a moment ago; where it is not a folder, the next step fails.
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
