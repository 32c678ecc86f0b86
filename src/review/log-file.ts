import { open, stat, type FileHandle } from 'node:fs/promises';
import { VeilError } from '../errors.ts';

/**
 * An append-only file of lines: a line is in it whole, or not at all. Only its owner may read it. The first line
 * creates it.
 */
export class LogFile implements AsyncDisposable {
  readonly #path: string;
  #file: FileHandle | null = null;
  /** Bytes of its complete lines. */
  #size: number;
  /** Whether part of a line may follow them that could not be truncated. */
  #isTorn = false;

  /** @param size bytes of the file, which ends with a whole line; 0 if it does not exist */
  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
  }

  /**
   * Adds lines. They are on disk when the promise is fulfilled.
   *
   * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL, and the file is truncated to its old size; EDIT_REFUSED if
   *   another program has changed the file since: its lines stay.
   */
  async add(lines: string): Promise<void> {
    try {
      this.#file ??= await open(this.#path, 'a', 0o600);
      await this.#append(this.#file, lines);
    } catch (cause) {
      throw cause instanceof VeilError ? cause : unwritable(this.#path, cause);
    }
  }

  async #append(file: FileHandle, lines: string): Promise<void> {
    if (this.#isTorn) await file.truncate(this.#size);
    this.#isTorn = false;
    if (!(await this.#isAsItWas(file))) throw changedByOthers(this.#path);
    try {
      await file.appendFile(lines);
      await file.datasync();
    } catch (cause) {
      this.#isTorn = true;
      await file.truncate(this.#size).then(
        () => (this.#isTorn = false),
        // The next line truncates it.
        () => undefined,
      );
      throw cause;
    }
    this.#size += Buffer.byteLength(lines);
  }

  /** Whether the name still refers to this file, and the file holds only our lines. */
  async #isAsItWas(file: FileHandle): Promise<boolean> {
    const [ours, named] = await Promise.all([file.stat(), stat(this.#path).catch(() => null)]);
    return named?.ino === ours.ino && ours.size === this.#size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }
}

/** The error for an edit log that can't be written. */
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

function changedByOthers(path: string): VeilError {
  return new VeilError('EDIT_REFUSED', `Another program has changed the edit log ${path}.`, {
    hint: 'Nothing has changed here. Close the review, and open it again.',
  });
}
