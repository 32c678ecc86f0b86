import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readRegularFile } from '../../base/read-regular-file.ts';
import { sha256OfFile, sha256OfText } from '../../base/sha256.ts';
import { syncFolder } from '../../base/sync-folder.ts';
import { writeWholeFile } from '../../base/whole-file.ts';
import { checkTarget } from '../../sink/target.ts';
import { existsError, fileErrorCode, outputError } from '../../sink/output-error.ts';
import { makePrivate, refuseForeign } from './private-place.ts';
import type { Destination, Results, Staging, Workplace } from './destination.ts';

export interface FileDestinationOptions {
  /** Absolute path of the folder, links resolved. */
  readonly folder: string;
  readonly results: Results;
  /** Identifies the job; plain letters and digits. */
  readonly id: string;
  /** Path of the input, which is never replaced; empty if it is in another storage. */
  readonly input: string;
  /** Replace existing files. */
  readonly overwrite: boolean;
}

/** Reports of whole films take some hundred megabytes. */
const LONGEST = 384 * 1024 ** 2;

/** Folder of results that are complete and only lack their names. */
const READY = 'ready';

/**
 * A folder that all machines share. Unfinished files are in a hidden folder beside the output. There, finished results
 * become `ready` in one step; from then on this worker or any later one can give them their names.
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
    await refuseForeign(this.#folder);
    const names = await readdir(this.#folder).catch((): string[] => []);
    if (names.includes(READY)) {
      await this.#giveNames();
      return true;
    }
    // A worker that lost its lease may still be writing there: it then fails, as it should.
    for (const name of names.filter((entry) => entry.startsWith('out-'))) {
      await rm(join(this.#folder, name), { recursive: true, force: true });
    }
    return false;
  }

  async discard(): Promise<boolean> {
    await refuseForeign(this.#folder);
    const ready = join(this.#folder, READY);
    const { folder, results } = this.#options;
    if ((await orNull(stat(ready))) !== null) {
      if (await this.#hasBegunForGood(ready)) {
        await this.#giveNames();
        return true;
      }
      for (const { name } of [results.main, ...results.sides]) {
        const [file, target] = [join(ready, name), join(folder, name)];
        if ((await isSameFile(file, target)) || (await isClaim(file, target)))
          await rm(target, { force: true });
      }
    }
    await this.workplace.remove();
    return false;
  }

  /** Whether the output has its name already, or a file was replaced that can't be restored. */
  async #hasBegunForGood(ready: string): Promise<boolean> {
    const { results } = this.#options;
    const left = await readdir(ready);
    const isMoved = [results.main, ...results.sides].some(({ name }) => !left.includes(name));
    return isMoved || (await isSameFile(join(ready, results.main.name), this.#target));
  }

  hash(): Promise<string | null> {
    return orNull(sha256OfFile(this.#target));
  }

  async check(): Promise<void> {
    const { folder, input, results, overwrite } = this.#options;
    for (const { name, kind } of [results.main, ...results.sides]) {
      await checkTarget({ path: join(folder, name), overwrite, input, kind });
    }
  }

  async stage(): Promise<Staging> {
    const folder = join(this.#folder, `out-${randomBytes(6).toString('hex')}`);
    await makePrivate(this.#folder);
    await mkdir(folder, { mode: 0o700 }).catch((cause: unknown) => {
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

  /** From here on the results are certain to be published. */
  async #makeReady(folder: string): Promise<void> {
    try {
      await syncFolder(folder);
      await rename(folder, join(this.#folder, READY));
    } catch (cause) {
      // Another worker was first, with equivalent results.
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
      if (overwrite) await this.check();
      else await refuseOther(join(ready, results.main.name), this.#target);
      for (const { name } of results.sides) {
        if (await giveName(join(ready, name), join(folder, name), overwrite)) placed.push(join(folder, name));
      }
      await giveName(join(ready, results.main.name), this.#target, overwrite);
      await syncFolder(folder);
    } catch (cause) {
      const error = outputError(cause, this.#target);
      // After any other error the next attempt continues from here.
      if (error.code === 'OUTPUT_EXISTS' || error.code === 'OUTPUT_IS_INPUT') {
        for (const path of placed) await rm(path, { force: true });
        await rm(ready, { recursive: true, force: true });
      }
      throw error;
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
    await refuseForeign(this.#folder);
    return textOf(join(this.#folder, name));
  }

  async write(name: string, text: string): Promise<void> {
    await makePrivate(this.#folder);
    await writeWholeFile(join(this.#folder, name), text).catch((cause: unknown) => {
      throw outputError(cause, name);
    });
  }

  async take(name: string, path: string): Promise<void> {
    await makePrivate(this.#folder);
    await moveOrCopy(path, join(this.#folder, name)).catch((cause: unknown) => {
      throw outputError(cause, name);
    });
  }

  async get(name: string): Promise<string | null> {
    await refuseForeign(this.#folder);
    const path = join(this.#folder, name);
    return (await orNull(stat(path))) === null ? null : path;
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/** Fails if another file has the name already. */
async function refuseOther(file: string, target: string): Promise<void> {
  const other = await orNull(stat(target));
  if (other === null || (await orNull(stat(file))) === null || (await isClaim(file, target))) return;
  if (!(await isSameFile(file, target))) throw existsError(target);
}

/** Whether both names refer to one file. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = [await orNull(stat(a)), await orNull(stat(b))];
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** @returns whether it created the name */
async function giveName(file: string, target: string, overwrite: boolean): Promise<boolean> {
  const own = await orNull(stat(file));
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
        // The source is gone: another worker has given all names meanwhile.
        if ((await orNull(stat(file))) === null || (await isSameFile(file, target))) return false;
        throw existsError(target);
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

/**
 * For file systems without hard links (FAT, some network shares): first creates the name with a claim of the job, which
 * only one process can do, then replaces the claim. Accepts a claim that a killed worker of the same job left.
 */
async function nameWithoutLink(file: string, target: string): Promise<boolean> {
  try {
    await writeFile(target, claimOf(file), { flag: 'wx' });
  } catch (cause) {
    if (fileErrorCode(cause) !== 'EEXIST') throw cause;
    if (!(await isClaim(file, target))) throw existsError(target);
  }
  await rename(file, target);
  return true;
}

/** Content of a claim. It identifies the job by its folder, which no other job uses. */
function claimOf(file: string): string {
  return `veil publishes ${sha256OfText(dirname(file))}\n`;
}

async function isClaim(file: string, target: string): Promise<boolean> {
  const content = await orNull(readRegularFile(target, 4096));
  return Buffer.isBuffer(content) && content.toString('utf8') === claimOf(file);
}

/** Moves a file; between file systems it copies the file under a temporary name first. */
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

/** The result, or null if the file does not exist. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(fileErrorCode(cause) ?? '')) return null;
    throw cause;
  }
}
