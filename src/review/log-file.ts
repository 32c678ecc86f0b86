import { open, type FileHandle } from 'node:fs/promises';
import { VeilError } from '../errors.ts';

/** A file of lines that grows: a line is in it whole, or not at all. Only its owner may read it. */
export class LogFile {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Bytes of the lines that are in it. */
  #size: number;

  private constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Opens a file that ends with a whole line, or makes it. Rejects with what the system says. */
  static async open(path: string): Promise<LogFile> {
    const file = await open(path, 'a+', 0o600);
    return new LogFile(path, file, (await file.stat()).size);
  }

  /**
   * Adds a line, which is on the disk when the promise is fulfilled.
   *
   * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL; what was written of the line is taken back
   */
  async add(line: string): Promise<void> {
    try {
      // Nothing is left behind the last line, even where a full disk allowed no more than that.
      await this.#file.truncate(this.#size);
      await this.#file.appendFile(line);
      await this.#file.datasync();
      this.#size += Buffer.byteLength(line);
    } catch (cause) {
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw unwritable(this.#path, cause);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Why an edit log can't be written. */
export function unwritable(path: string, cause: unknown): VeilError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
  return new VeilError(
    isFull ? 'OUTPUT_DISK_FULL' : 'OUTPUT_UNWRITABLE',
    `The edit log ${path} cannot be written${isFull ? ': the disk is full' : ''}.`,
    {
      hint: isFull
        ? 'Nothing has changed. Make room, and try again.'
        : 'Check that you may write beside the tracks file.',
      cause,
    },
  );
}
