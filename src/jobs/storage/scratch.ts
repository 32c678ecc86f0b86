import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../base/is-running.ts';
import { sha256OfText } from '../../base/sha256.ts';
import { VeilError } from '../../errors.ts';

/** A folder of one job, private to its owner; it is removed with all that is in it. */
export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
  /**
   * Counts bytes against the quota before they are fetched.
   *
   * @throws VeilError OUTPUT_DISK_FULL beyond the quota, and where the disk has no room
   */
  reserve(bytes: number): Promise<void>;
}

export interface ScratchOptions {
  /** Where the private folders are made. */
  readonly folder: string;
  /** Bytes that all jobs of the worker may fetch at once. */
  readonly quota: number;
}

/** Room that is left for others on the disk, bytes. */
const SPARE = 256 * 1024 ** 2;

/** The private folders of one worker. Those that a killed worker left are removed when the next one starts here. */
export class Scratch {
  readonly #options: ScratchOptions;
  #reserved = 0;

  constructor(options: ScratchOptions) {
    this.#options = options;
  }

  /** Removes what killed workers of this machine left. */
  async removeStale(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const [, host, pid] = /^veil-work-([0-9a-f]{12})-(\d+)-[0-9a-f]+$/.exec(name) ?? [];
      if (host !== HOST || pid === undefined) continue;
      // A worker in a container has the number of the one before it.
      if (Number(pid) === process.pid || !isRunning(Number(pid))) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    }
  }

  /** Makes the folder of one job. */
  async open(): Promise<ScratchFolder> {
    const name = `veil-work-${HOST}-${process.pid}-${randomBytes(6).toString('hex')}`;
    const path = join(this.#options.folder, name);
    await mkdir(path, { recursive: true, mode: 0o700 });
    let own = 0;
    return {
      path,
      reserve: async (bytes) => {
        await this.#reserve(bytes);
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
    // Counted before anything is awaited, so that two jobs do not both take the last room.
    this.#reserved += bytes;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize >= bytes + SPARE) return;
    this.#reserved -= bytes;
    throw new VeilError('OUTPUT_DISK_FULL', `The disk has no room to fetch ${bytes} bytes.`, {
      hint: 'Free some space, or choose another place with --scratch.',
    });
  }
}

/** Tells machines that share a folder apart, and names none. */
const HOST = sha256OfText(hostname()).slice(0, 12);
