import { open, stat, type FileHandle } from 'node:fs/promises';
import { VeilError } from '../errors.ts';

/**
 * A file of lines that grows: a line is in it whole, or not at all. Only its owner may read it. It is made with its first
 * line.
 */
export class LogFile implements AsyncDisposable {
  readonly #path: string;
  #file: FileHandle | null = null;
  /** Bytes of the lines that are in it. */
  #size: number;
  /** A part of a line may stand behind them, which could not be taken back. */
  #isTorn = false;

  /** @param size bytes of the file, which ends with a whole line; 0 where there is none */
  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
  }

  /**
   * Adds lines, which are on the disk when the promise is fulfilled.
   *
   * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL; what was written is taken back. EDIT_REFUSED where somebody
   *   else has changed the file since: their lines stay.
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
        // The next line takes it back.
        () => undefined,
      );
      throw cause;
    }
    this.#size += Buffer.byteLength(lines);
  }

  /** Whether the file is still the one with this name, and has our lines alone. */
  async #isAsItWas(file: FileHandle): Promise<boolean> {
    const [ours, named] = await Promise.all([file.stat(), stat(this.#path).catch(() => null)]);
    return named?.ino === ours.ino && ours.size === this.#size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
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

function changedByOthers(path: string): VeilError {
  return new VeilError('EDIT_REFUSED', `Another program has changed the edit log ${path}.`, {
    hint: 'Nothing has changed here. Close the review, and open it again.',
  });
}
