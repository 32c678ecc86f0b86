import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRunning } from '../base/is-running.ts';

/**
 * Takes a lock file, which holds the name of this machine and the number of this process. One that a process of this
 * machine left when it was killed is taken over.
 *
 * @returns false where another process has it
 */
export async function takeLock(path: string): Promise<boolean> {
  if (await make(path)) return true;
  const [host, pid] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  if (host !== hostname() || isRunning(Number(pid))) return false;
  await rm(path, { force: true });
  return make(path);
}

async function make(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${hostname()} ${process.pid}`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
