import { randomBytes } from 'node:crypto';
import { copyFile, link, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '../../base/read-regular-file.ts';
import { sha256OfFile } from '../../base/sha256.ts';
import { writeWholeFile } from '../../base/whole-file.ts';
import { checkReplaced } from '../../sink/check-replaced.ts';
import { existsError, fileErrorCode, outputError } from '../../sink/output-error.ts';
import type { Destination, Results, Staging, Workplace } from './destination.ts';

export interface FileDestinationOptions {
  /** Absolute path of the folder, links followed. */
  readonly folder: string;
  readonly results: Results;
  /** Identifies the job; plain letters and digits. */
  readonly id: string;
  /** Replace what is there. */
  readonly overwrite: boolean;
}

/** Reports of whole films have some hundred megabytes. */
const LONGEST = 384 * 1024 ** 2;

/** Results that are complete and only lack their names. */
const READY = 'ready';

/**
 * A folder that all machines share. Everything unfinished lies in a hidden folder beside the output. There, finished
 * results become `ready` in one step, and whoever comes first from then on, this worker or one after it, gives them
 * their names.
 */
export class FileDestination implements Destination {
  readonly workplace: Workplace;
  readonly #options: FileDestinationOptions;
  readonly #folder: string;

  constructor(options: FileDestinationOptions) {
    this.#options = options;
    this.#folder = join(options.folder, `.veil-job-${options.id}`);
    this.workplace = new FileWorkplace(this.#folder);
  }

  async recover(): Promise<boolean> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    if (names.includes(READY)) {
      await this.#giveNames();
      return true;
    }
    // A worker that lost its lease may still write there: it fails then, which is right.
    for (const name of names.filter((entry) => entry.startsWith('out-'))) {
      await rm(join(this.#folder, name), { recursive: true, force: true });
    }
    return false;
  }

  hash(): Promise<string | null> {
    return orNull(sha256OfFile(this.#target));
  }

  async read(name: string): Promise<string | null> {
    return textOf(join(this.#options.folder, name));
  }

  async check(): Promise<void> {
    const { folder, results, overwrite } = this.#options;
    for (const { name, kind } of [results.main, ...results.sides]) {
      const path = join(folder, name);
      if (overwrite) await checkReplaced(path, kind);
      else if ((await orNull(lstat(path))) !== null) throw existsError(path);
    }
  }

  async stage(): Promise<Staging> {
    const folder = join(this.#folder, `out-${randomBytes(6).toString('hex')}`);
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw outputError(cause, this.#target);
    });
    return {
      folder,
      publish: async (_, confirm) => {
        await confirm();
        await this.#makeReady(folder);
        await this.#giveNames();
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  }

  /** From here on the results are certain to appear. */
  async #makeReady(folder: string): Promise<void> {
    try {
      await syncFolder(folder);
      await rename(folder, join(this.#folder, READY));
    } catch (cause) {
      // Another worker was first: its results are as good.
      if (!['ENOTEMPTY', 'EEXIST'].includes(fileErrorCode(cause) ?? '')) {
        throw outputError(cause, this.#target);
      }
    }
  }

  async #giveNames(): Promise<void> {
    const { folder, results, overwrite } = this.#options;
    const ready = join(this.#folder, READY);
    const placed: string[] = [];
    try {
      if (!overwrite) await refuseOther(join(ready, results.main.name), this.#target);
      for (const { name } of results.sides) {
        if (await giveName(join(ready, name), join(folder, name), overwrite)) placed.push(join(folder, name));
      }
      await giveName(join(ready, results.main.name), this.#target, overwrite);
      await syncFolder(folder);
    } catch (cause) {
      for (const path of placed) await rm(path, { force: true });
      // Else every further attempt would fail in the same way, and leave it there.
      await rm(ready, { recursive: true, force: true });
      throw outputError(cause, this.#target);
    }
    await this.workplace.remove();
  }

  get #target(): string {
    return join(this.#options.folder, this.#options.results.main.name);
  }
}

class FileWorkplace implements Workplace {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: string): Promise<string | null> {
    return textOf(join(this.#folder, name));
  }

  async write(name: string, text: string): Promise<void> {
    await this.#make(name);
    await writeWholeFile(join(this.#folder, name), text).catch((cause: unknown) => {
      throw outputError(cause, name);
    });
  }

  async take(name: string, path: string): Promise<void> {
    await this.#make(name);
    await moveOrCopy(path, join(this.#folder, name)).catch((cause: unknown) => {
      throw outputError(cause, name);
    });
  }

  async get(name: string): Promise<string | null> {
    const path = join(this.#folder, name);
    return (await orNull(stat(path))) === null ? null : path;
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }

  async #make(name: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw outputError(cause, name);
    });
  }
}

/** Fails where something else than the file has the name already. */
async function refuseOther(file: string, target: string): Promise<void> {
  const other = await orNull(stat(target));
  if (other === null) return;
  const own = await orNull(stat(file));
  if (own !== null && (own.ino !== other.ino || own.dev !== other.dev)) throw existsError(target);
}

/** @returns whether the name is new */
async function giveName(file: string, target: string, overwrite: boolean): Promise<boolean> {
  const own = await orNull(stat(file));
  // Another worker has given all names meanwhile.
  if (own === null && (await orNull(stat(target))) !== null) return false;
  if (overwrite) {
    await rename(file, target);
    return false;
  }
  try {
    await link(file, target);
    return true;
  } catch (cause) {
    switch (fileErrorCode(cause) ?? '') {
      case 'EEXIST':
        await refuseOther(file, target);
        return false;
      case 'EPERM':
      case 'ENOTSUP':
      case 'EOPNOTSUPP':
      case 'ENOSYS':
        return nameWithoutLink(file, target);
      default:
        throw cause;
    }
  }
}

/** For file systems without hard links (FAT, some network shares). */
async function nameWithoutLink(file: string, target: string): Promise<boolean> {
  if ((await orNull(stat(target))) !== null) throw existsError(target);
  await rename(file, target);
  return true;
}

/** Between file systems a file is copied under another name first. */
async function moveOrCopy(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if (fileErrorCode(cause) !== 'EXDEV') throw cause;
    const copy = `${to}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await copyFile(from, copy);
      await rename(copy, to);
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
  }
}

async function textOf(path: string): Promise<string | null> {
  const content = await orNull(readRegularFile(path, LONGEST));
  return content === null || typeof content === 'string' ? null : content.toString('utf8');
}

/** What is read, or null where it does not exist. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(fileErrorCode(cause) ?? '')) return null;
    throw cause;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'ENOTSUP', 'EISDIR'].includes(fileErrorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
