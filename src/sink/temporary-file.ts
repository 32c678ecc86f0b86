import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning } from '../base/is-running.ts';
import { fileErrorCode, outputError } from './output-error.ts';

/** An unfinished result: hidden, beside its target, readable by its owner alone. */
export interface TemporaryFile {
  readonly path: string;
  /**
   * Gives it the target's name in one step, once it is safe on the disk. Without `overwrite` an existing file,
   * even one that appeared a moment ago, is left alone (OUTPUT_EXISTS).
   */
  place(overwrite: boolean): Promise<void>;
  /** Removes it, unless it was placed. May be called more than once. */
  remove(): Promise<void>;
}

/**
 * Makes an empty temporary file for the target, after removing what killed runs left of earlier ones.
 *
 * @param target absolute path
 * @param options isPrivate: only its owner can open it under its own name too
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

/** A folder for unfinished work, hidden beside a target, that its owner alone can open. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes such a folder, after removing what killed runs left of earlier ones. Disposing of it removes it with all that is
 * in it.
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
 * Removes temporary files and folders beside this target whose program is gone (killed, power cut). Those of running
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

/** Short whatever the target is called, so that it fits where the target's name fits, and tells nothing of it. */
function temporaryName(target: string): string {
  const owner = `${digest(hostname())}-${process.pid}`;
  return `.veil-${digest(basename(target))}-${owner}-${randomBytes(6).toString('hex')}.tmp`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * Makes an empty file that only its owner can open.
 *
 * @returns the permissions that other new files get here
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

/** Permissions of a file that is about to be replaced, or null where there is none. */
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
    // Unlike rename, link fails where the name is taken.
    await link(from, to);
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST') throw error;
    await takeNameThenMove(from, to);
    return;
  }
  await rm(from);
}

/** For file systems without hard links (FAT, some network shares): an empty file takes the name first. */
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

/** Makes the new name survive a power cut, where the system lets folders be synced. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!['EINVAL', 'EPERM', 'ENOTSUP', 'EISDIR'].includes(fileErrorCode(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
