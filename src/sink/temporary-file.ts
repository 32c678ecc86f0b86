import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning } from '../base/is-running.ts';
import { syncFolder } from '../base/sync-folder.ts';
import { fileErrorCode, outputError } from './output-error.ts';

/** An unfinished result: hidden, beside its target, readable by its owner alone. */
export interface TemporaryFile {
  readonly path: string;
  /**
   * Gives it the target's name in one step, after a sync to disk. Without `overwrite` an existing file, even one that
   * has just appeared, is left alone (OUTPUT_EXISTS).
   */
  place(overwrite: boolean): Promise<void>;
  /** Removes it, unless it was placed. May be called more than once. */
  remove(): Promise<void>;
}

/**
 * Creates an empty temporary file for the target, after removing those of killed runs.
 *
 * @param target absolute path
 * @param options isPrivate: only its owner can open it, under its final name too
 * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
 */
export async function openTemporaryFile(
  target: string,
  { isPrivate = false }: { readonly isPrivate?: boolean } = {},
): Promise<TemporaryFile> {
  const path = join(dirname(target), temporaryName(target));
  let mode: number;
  try {
    await removeStaleTemporaries(target);
    mode = await createPrivate(path);
  } catch (cause) {
    throw outputError(cause, target);
  }
  let placed = false;
  return {
    path,
    place: async (overwrite) => {
      try {
        await chmod(path, isPrivate ? 0o600 : ((await modeOf(target)) ?? mode));
        await sync(path);
        if (overwrite) await rename(path, target);
        else await moveWithoutReplacing(path, target);
        placed = true;
        await syncFolder(dirname(target));
      } catch (cause) {
        throw outputError(cause, target);
      }
    },
    remove: async () => {
      if (!placed) await rm(path, { force: true });
    },
  };
}

/** A hidden folder for unfinished work beside a target, which only its owner can open. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Creates such a folder, after removing those of killed runs. Disposing of it removes it with its content.
 *
 * @param target absolute path
 * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
 */
export async function openTemporaryFolder(target: string): Promise<TemporaryFolder> {
  const path = join(dirname(target), temporaryName(target));
  try {
    await removeStaleTemporaries(target);
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    throw outputError(cause, target);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Removes temporary files and folders for this target whose program has ended (killed, power cut). Those of running
 * programs and of other machines that share the folder stay.
 */
export async function removeStaleTemporaries(target: string): Promise<void> {
  const folder = dirname(target);
  const ours = new RegExp(`^\\.veil-[0-9a-f]+-${digest(hostname())}-(\\d+)-[0-9a-f]+\\.tmp$`);
  for (const name of await readdir(folder)) {
    const pid = ours.exec(name)?.[1];
    if (pid != null && !isRunning(Number(pid)))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Short for any target name, so that it fits wherever the target's name fits, and reveals nothing about it. */
function temporaryName(target: string): string {
  const owner = `${digest(hostname())}-${process.pid}`;
  return `.veil-${digest(basename(target))}-${owner}-${randomBytes(6).toString('hex')}.tmp`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * Creates an empty file that only its owner can open.
 *
 * @returns the default permissions of new files here
 */
async function createPrivate(path: string): Promise<number> {
  const file = await open(path, 'wx');
  try {
    const { mode } = await file.stat();
    await file.chmod(0o600);
    return mode & 0o777;
  } finally {
    await file.close();
  }
}

/** Permissions of the file to be replaced; null if there is none. */
async function modeOf(target: string): Promise<number | null> {
  try {
    return (await stat(target)).mode & 0o777;
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function moveWithoutReplacing(from: string, to: string): Promise<void> {
  try {
    // Unlike rename, link fails if the name is taken.
    await link(from, to);
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST') throw error;
    await takeNameThenMove(from, to);
    return;
  }
  await rm(from);
}

/** For file systems without hard links (FAT, some network shares): first reserves the name with an empty file. */
async function takeNameThenMove(from: string, to: string): Promise<void> {
  await (await open(to, 'wx')).close();
  try {
    await rename(from, to);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
