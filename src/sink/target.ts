import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { VeilError } from '../errors.ts';
import { checkReplaced } from './check-replaced.ts';
import type { FileKind } from './file-kind.ts';
import { existsError, fileErrorCode, outputError } from './output-error.ts';

/** Destination of a result. */
export interface Target {
  /** Path of the output file. */
  readonly path: string;
  /** Replace an existing file. */
  readonly overwrite: boolean;
  /** The input, which must never be the same file as the target. */
  readonly input: string;
  /** Its kind, which decides which files it may replace. */
  readonly kind: FileKind;
}

/**
 * Checks a target before the work.
 *
 * @returns its absolute path
 * @throws VeilError OUTPUT_IS_INPUT (by name, link or hard link), OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkTarget({ path, overwrite, input, kind }: Target): Promise<string> {
  const target = resolve(path);
  const existing = await ifExists(stat(target), target);
  if (existing !== null && (await isSameFile(existing, input))) {
    throw new VeilError('OUTPUT_IS_INPUT', `${path} is the input itself.`, {
      hint: 'Choose another name: the input is never changed.',
    });
  }
  if (existing !== null && !existing.isFile()) {
    throw new VeilError('OUTPUT_UNWRITABLE', `${path} is not a file.`, {
      hint: 'Choose the name of a file.',
    });
  }
  // lstat: dangling links are not replaced either.
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
