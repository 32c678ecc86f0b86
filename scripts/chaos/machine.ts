import { execFile } from 'node:child_process';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Addresses of the two ends of a cable between this machine and a namespace. */
const HERE = '10.77.0.1';
const THERE = '10.77.0.2';

/** A network of its own for one worker, whose cable can be pulled. */
export interface Cable extends AsyncDisposable {
  /** The address of this machine from there. */
  readonly here: string;
  /** Starts a program on the machine. */
  readonly wrap: readonly string[];
  pull(): Promise<void>;
  plug(): Promise<void>;
}

/** Lays a cable with `ip netns`; null without the rights for it. */
export async function layCable(): Promise<Cable | null> {
  const name = `veil-chaos-${process.pid}`;
  const [near, far] = [`vc${process.pid}a`, `vc${process.pid}b`];
  const ip = (...args: string[]): Promise<unknown> => exec('ip', args);
  const remove = async (): Promise<void> => {
    await ip('link', 'del', near).catch(() => undefined);
    await ip('netns', 'del', name).catch(() => undefined);
  };
  try {
    await ip('netns', 'add', name);
    await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
    await ip('addr', 'add', `${HERE}/24`, 'dev', near);
    await ip('link', 'set', near, 'up');
    await ip('-n', name, 'addr', 'add', `${THERE}/24`, 'dev', far);
    await ip('-n', name, 'link', 'set', far, 'up');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  } catch {
    await remove();
    return null;
  }
  return {
    here: HERE,
    wrap: ['ip', 'netns', 'exec', name],
    pull: async () => {
      await ip('link', 'set', near, 'down');
    },
    plug: async () => {
      await ip('link', 'set', near, 'up');
    },
    [Symbol.asyncDispose]: remove,
  };
}

/** A small disk that can be filled. */
export interface SmallDisk extends AsyncDisposable {
  fill(): Promise<void>;
  free(): Promise<void>;
}

/** Mounts a disk in memory at a folder; null without the rights for it. */
export async function mountDisk(folder: string, megabytes: number): Promise<SmallDisk | null> {
  try {
    await exec('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  } catch {
    return null;
  }
  const ballast = join(folder, '.ballast');
  return {
    fill: async () => {
      const { bavail, bsize } = await statfs(folder);
      // Written, not only stretched: a hole takes no room. What fits is written.
      await exec('dd', [
        'if=/dev/zero',
        `of=${ballast}`,
        'bs=1M',
        `count=${Math.ceil((bavail * bsize) / 2 ** 20)}`,
      ]).catch(() => undefined);
    },
    free: () => rm(ballast, { force: true }),
    [Symbol.asyncDispose]: async () => {
      await exec('umount', ['-l', folder]).catch(() => undefined);
    },
  };
}
