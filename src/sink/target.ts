import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { VeilError } from '../errors.ts';
import { checkReplaced } from './check-replaced.ts';
import type { FileKind } from './file-kind.ts';
import { existsError, fileErrorCode, outputError } from './output-error.ts';

/** Where a result goes. */
export interface Target {
  /** File to be made. */
  readonly path: string;
  /** Replace it where it exists. */
  readonly overwrite: boolean;
  /** File that must never be the same as the target: the input. */
  readonly input: string;
  /** Its kind, which decides which files it may replace. */
  readonly kind: FileKind;
}

/**
 * Refuses a target that can't be, before any work is done.
 *
 * @returns its absolute path
 * @throws VeilError OUTPUT_IS_INPUT (by name, link or hard link), OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkTarget({ path, overwrite, input, kind }: Target): Promise<string> {
  const target = resolve(path);
  const existing = await ifExists(stat(target), target);
  if (existing !== null && (await isSameFile(existing, input))) {
    throw new VeilError('OUTPUT_IS_INPUT', `${path} is the input itself.`, {
      hint: 'Choose another name with -o: the input is never changed.',
    });
  }
  if (existing !== null && !existing.isFile()) {
    throw new VeilError('OUTPUT_UNWRITABLE', `${path} is not a file.`, {
      hint: 'Choose the name of a file with -o.',
    });
  }
  // lstat: a dangling link is not replaced either.
  if (!overwrite && (await ifExists(lstat(target), target)) !== null) throw existsError(path);
  await checkReplaced(target, kind);
  try {
    await access(dirname(target), constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw outputError(cause, path);
  }
  return target;
}

interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

async function isSameFile(existing: FileIdentity, input: string): Promise<boolean> {
  const other = await ifExists(stat(input), input);
  return other !== null && other.dev === existing.dev && other.ino === existing.ino;
}

async function ifExists<T>(looking: Promise<T>, path: string): Promise<T | null> {
  try {
    return await looking;
  } catch (cause) {
    if (fileErrorCode(cause) === 'ENOENT') return null;
    throw outputError(cause, path);
  }
}
