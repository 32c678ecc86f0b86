import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../base/is-running.ts';
import { sha256OfText } from '../../base/sha256.ts';
import { VeilError } from '../../errors.ts';

/** A folder that is private to its owner; disposing of it removes it with its content. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
  /**
   * Reserves bytes of the quota before they are fetched.
   *
   * @throws VeilError OUTPUT_DISK_FULL if the quota or the disk has too little space
   */
  reserve(bytes: number): Promise<void>;
}

export interface ScratchOptions {
  /** Parent folder. */
  readonly folder: string;
  /** Bytes that all folders of the worker may hold together. */
  readonly quota: number;
}

/** Space to leave free on the disk, bytes. */
const SPARE = 256 * 1024 ** 2;

/** The private folders of one worker. When a worker starts, it removes those that killed workers left. */
export class Scratch {
  readonly #options: ScratchOptions;
  #reserved = 0;
  #makeRoom: () => Promise<boolean> = () => Promise.resolve(false);

  constructor(options: ScratchOptions) {
    this.#options = options;
  }

  /** Removes folders of killed workers of this machine. */
  async removeStale(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const [, host, pid] = /^veil-work-([0-9a-f]{12})-(\d+)-[0-9a-f]+$/.exec(name) ?? [];
      if (host !== HOST || pid === undefined) continue;
      // In a container, every worker has the same process id.
      if (Number(pid) === process.pid || !isRunning(Number(pid))) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  }

  /**
   * Sets a function that frees space before a reservation is refused.
   *
   * @param makeRoom returns whether it freed any
   */
  whenFull(makeRoom: () => Promise<boolean>): void {
    this.#makeRoom = makeRoom;
  }

  /** Makes a folder, for one job or one input. */
  async open(): Promise<ScratchFolder> {
    const name = `veil-work-${HOST}-${process.pid}-${randomBytes(6).toString('hex')}`;
    const path = join(this.#options.folder, name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    let own = 0;
    return {
      path,
      reserve: async (bytes) => {
        await this.#reserve(bytes).catch(async (error: unknown) => {
          if (!(await this.#makeRoom())) throw error;
          await this.#reserve(bytes);
        });
        own += bytes;
      },
      [Symbol.asyncDispose]: async () => {
        this.#reserved -= own;
        own = 0;
        await rm(path, { recursive: true, force: true });
      },
    };
  }

  async #reserve(bytes: number): Promise<void> {
    const { quota, folder } = this.#options;
    if (this.#reserved + bytes > quota) {
      throw new VeilError(
        'OUTPUT_DISK_FULL',
        `The input is larger than what is left of --quota (${quota} bytes).`,
        {
          hint: 'Start the worker with a larger --quota, or with fewer jobs at once.',
        },
      );
    }
    // Count before the first await, so that two jobs do not both take the last space.
    this.#reserved += bytes;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize >= bytes + SPARE) return;
    this.#reserved -= bytes;
    throw new VeilError('OUTPUT_DISK_FULL', `The disk has no room to fetch ${bytes} bytes.`, {
      hint: 'Free some space, or choose another place with --scratch.',
    });
  }
}

/** Identifies this machine in a shared folder without revealing its name. */
const HOST = sha256OfText(hostname()).slice(0, 12);
