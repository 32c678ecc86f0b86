import { open } from 'node:fs/promises';
import { VeilError } from '../errors.ts';
import { fileErrorCode, outputError } from './output-error.ts';

/** Bytes in which a document names its format. */
const HEAD = 256;

/**
 * Refuses to replace a file that is not such a document: `--overwrite` is meant for what an earlier run wrote. An empty
 * file holds nothing that could be lost.
 *
 * @param format as in `veil-report/1`
 * @throws VeilError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
 */
export async function checkReplaced(path: string, format: string): Promise<void> {
  const head = await headOf(path);
  if (head === null || head === '' || new RegExp(`^\\s*\\{\\s*"format"\\s*:\\s*"${format}"`).test(head))
    return;
  throw new VeilError('OUTPUT_EXISTS', `${path} exists already and is not a ${format} document.`, {
    hint: 'Choose another name: --overwrite replaces only documents of the same kind.',
  });
}

/** The first bytes of a file, or null where there is none. */
async function headOf(path: string): Promise<string | null> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (cause) {
    if (fileErrorCode(cause) === 'ENOENT') return null;
    throw outputError(cause, path);
  }
}
