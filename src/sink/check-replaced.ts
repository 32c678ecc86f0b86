import { lstat, open } from 'node:fs/promises';
import { VeilError } from '../errors.ts';
import { isOfKind, type FileKind } from './file-kind.ts';
import { fileErrorCode, outputError } from './output-error.ts';

/** Bytes that identify the format of a file. */
const HEAD = 512;

/**
 * Refuses to replace a file of another kind: `--overwrite` is meant for files of an earlier run. An empty file contains
 * nothing to lose.
 *
 * @param path absolute path of a regular file, of a link, or of no file
 * @throws VeilError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkReplaced(path: string, kind: FileKind): Promise<void> {
  const head = await headOf(path);
  if (head === null || (head !== 'link' && (head.length === 0 || isOfKind(head, kind)))) return;
  const what = head === 'link' ? 'is a link' : `is not ${NAMES[kind]}`;
  throw new VeilError('OUTPUT_EXISTS', `${path} exists already and ${what}.`, {
    hint: 'Choose another name: --overwrite replaces only files of the same kind.',
  });
}

const NAMES: Readonly<Record<FileKind, string>> = {
  video: 'a video',
  image: 'a photo',
  svg: 'an SVG picture',
  report: 'a report of Veil',
  seal: 'a seal of Veil',
  tracks: 'a tracks file of Veil',
};

/**
 * The first bytes of a file; null if it does not exist.
 *
 * @throws VeilError OUTPUT_UNWRITABLE if it can't be read
 */
export async function headOf(path: string): Promise<Buffer | 'link' | null> {
  try {
    if ((await lstat(path)).isSymbolicLink()) return 'link';
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    if (fileErrorCode(cause) === 'ENOENT') return null;
    throw outputError(cause, path);
  }
}
