import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { VeilError } from '../errors.ts';

/** Translates a failed file operation: full disk, existing file, or unwritable place. */
export function outputError(cause: unknown, path: string): VeilError {
  if (cause instanceof VeilError) return cause;
  switch (fileErrorCode(cause) ?? '') {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return diskFullError(path, cause);
    case 'EEXIST':
      return existsError(path, cause);
    case 'ENOENT':
    case 'ENOTDIR':
      if (existsSync(dirname(path))) return unwritableError(path, cause);
      return new VeilError('OUTPUT_UNWRITABLE', `The folder of ${path} does not exist.`, {
        hint: 'Make the folder, or choose another place.',
        cause,
      });
    case 'ENAMETOOLONG':
      return new VeilError('OUTPUT_UNWRITABLE', `The name of ${path} is too long for its folder.`, {
        hint: 'Choose a shorter name.',
        cause,
      });
    default:
      return unwritableError(path, cause);
  }
}

function unwritableError(path: string, cause: unknown): VeilError {
  const isOnDisk = hasRoom(dirname(path));
  return new VeilError('OUTPUT_UNWRITABLE', `${path} cannot be written.`, {
    hint: isOnDisk
      ? 'Check the permissions of the folder, or choose another place.'
      : 'Nothing can be written to that folder: choose another place.',
    cause,
  });
}

/** False for what the system only shows as files, such as /proc and /sys. */
function hasRoom(folder: string): boolean {
  try {
    return statfsSync(folder).blocks > 0;
  } catch {
    return true;
  }
}

export function diskFullError(path: string, cause?: unknown): VeilError {
  return new VeilError('OUTPUT_DISK_FULL', `The disk is full: no room for ${path}.`, {
    hint: 'Free some space or choose another place. Nothing was left behind.',
    cause,
  });
}

export function existsError(path: string, cause?: unknown): VeilError {
  return new VeilError('OUTPUT_EXISTS', `${path} exists already.`, {
    hint: 'Choose another name, or replace it with --overwrite.',
    cause,
  });
}

/** System error code, such as ENOENT, or null. */
export function fileErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
