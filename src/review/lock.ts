import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRunning } from '../base/is-running.ts';

/** The process that holds a lock. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
}

/** A lock that this process holds. */
export interface Lock {
  /** Whether no other process has taken it over. Rejects with the system's error where that can't be determined. */
  isOurs(): Promise<boolean>;
  /** Releases it, if it is still ours. */
  release(): Promise<void>;
}

/**
 * Takes a lock file, which holds the name of this machine, the id of this process and a random word that makes the lock
 * unique. A lock left by a process of this machine that was killed is taken over.
 *
 * @param takesOver take it from its holder: Veil can't tell whether a process on another machine still runs
 * @returns the holder, if it is another process
 */
export async function takeLock(path: string, takesOver: boolean): Promise<Lock | Holder> {
  const text = `${hostname()} ${process.pid} ${randomBytes(9).toString('base64url')}`;
  if (await make(path, text)) return new HeldLock(path, text);
  const holder = holderOf(await readFile(path, 'utf8').catch(() => ''));
  const isLeft = holder.host === hostname() && !isRunning(holder.pid);
  if (!isLeft && !takesOver) return holder;
  if (takesOver) {
    await replace(path, text);
    return new HeldLock(path, text);
  }
  await rm(path, { force: true });
  return (await make(path, text)) ? new HeldLock(path, text) : holder;
}

class HeldLock implements Lock {
  readonly #path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  async isOurs(): Promise<boolean> {
    try {
      return (await readFile(this.#path, 'utf8')) === this.#text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async release(): Promise<void> {
    // If that can't be determined, the file stays: the next review takes over the lock of an ended process.
    if (await this.isOurs().catch(() => false)) await rm(this.#path, { force: true });
  }
}

function holderOf(text: string): Holder {
  const [host = '', pid] = text.split(' ');
  return { host, pid: Number(pid) };
}

async function make(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, path);
}
