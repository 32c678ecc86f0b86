import { writeFile } from 'node:fs/promises';
import { outputError } from './output-error.ts';
import { checkTarget, type Target } from './target.ts';
import { openTemporaryFile, type TemporaryFile } from './temporary-file.ts';

export interface NewFileOptions extends Omit<Target, 'path'> {
  /** Only its owner may read it. Default false. */
  readonly isPrivate?: boolean;
}

/**
 * Writes a small file beside its target, under a temporary name; the caller renames or removes it.
 *
 * @throws VeilError OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
 */
export async function prepareFile(
  path: string,
  content: string | Uint8Array,
  options: NewFileOptions,
): Promise<TemporaryFile> {
  const { isPrivate = false } = options;
  const file = await openTemporaryFile(await checkTarget({ path, ...options }), { isPrivate });
  try {
    await writeFile(file.path, content);
    return file;
  } catch (cause) {
    await file.remove();
    throw outputError(cause, path);
  }
}

/** Writes a small file, completely or not at all. Errors as {@link prepareFile}. */
export async function writeNewFile(
  path: string,
  content: string | Uint8Array,
  options: NewFileOptions,
): Promise<void> {
  const file = await prepareFile(path, content, options);
  try {
    await file.place(options.overwrite);
  } finally {
    await file.remove();
  }
}
