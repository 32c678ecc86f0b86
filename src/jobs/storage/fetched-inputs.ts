import type { Scratch, ScratchFolder } from './scratch.ts';

/** An input file. It stays until every reader has released it. */
export interface InputFile extends AsyncDisposable {
  readonly path: string;
}

/** A copy, complete or being fetched. */
interface Copy {
  readonly file: Promise<{ readonly folder: ScratchFolder; readonly path: string }>;
  readers: number;
  /** Runs while the copy has no readers. */
  idle: NodeJS.Timeout | null;
}

/** A copy stays this long after its last reader, milliseconds: the next part of the video often follows at once. */
const KEPT = 60_000;

/**
 * Inputs that a worker has fetched: all parts of a video read one copy. An unused copy is removed after a minute, or
 * earlier if its space is needed.
 */
export class FetchedInputs {
  readonly #scratch: Scratch;
  readonly #kept: number;
  readonly #copies = new Map<string, Copy>();

  /** @param kept time for which an unused copy stays, milliseconds */
  constructor(scratch: Scratch, kept = KEPT) {
    this.#scratch = scratch;
    this.#kept = kept;
    scratch.whenFull(() => this.#removeIdle());
  }

  /**
   * @param version identifies the file and its content: readers with the same version share a copy
   * @param fetch reserves space in the folder, puts the file there, and returns its path
   * @throws what `fetch` throws
   */
  async open(version: string, fetch: (folder: ScratchFolder) => Promise<string>): Promise<InputFile> {
    for (;;) {
      const known = this.#copies.get(version);
      const copy = known ?? this.#begin(version, fetch);
      copy.readers += 1;
      if (copy.idle !== null) clearTimeout(copy.idle);
      copy.idle = null;
      try {
        const { path } = await copy.file;
        return { path, [Symbol.asyncDispose]: () => this.#letGo(version, copy) };
      } catch (error) {
        // Another reader's fetch failed, maybe because it was stopped: try again.
        if (known === undefined) throw error;
      }
    }
  }

  /** Removes every copy when the worker ends. */
  async close(): Promise<void> {
    await Promise.all([...this.#copies].map(([version, copy]) => this.#remove(version, copy)));
  }

  #begin(version: string, fetch: (folder: ScratchFolder) => Promise<string>): Copy {
    const fetched = async (): Promise<{ folder: ScratchFolder; path: string }> => {
      const folder = await this.#scratch.open();
      try {
        return { folder, path: await fetch(folder) };
      } catch (error) {
        this.#copies.delete(version);
        await folder[Symbol.asyncDispose]();
        throw error;
      }
    };
    const copy: Copy = { file: fetched(), readers: 0, idle: null };
    this.#copies.set(version, copy);
    return copy;
  }

  #letGo(version: string, copy: Copy): Promise<void> {
    copy.readers -= 1;
    if (copy.readers > 0) return Promise.resolve();
    copy.idle = setTimeout(() => void this.#remove(version, copy), this.#kept).unref();
    return Promise.resolve();
  }

  /** @returns whether it freed space */
  async #removeIdle(): Promise<boolean> {
    const idle = [...this.#copies].filter(([, copy]) => copy.idle !== null);
    await Promise.all(idle.map(([version, copy]) => this.#remove(version, copy)));
    return idle.length > 0;
  }

  async #remove(version: string, copy: Copy): Promise<void> {
    if (copy.idle !== null) clearTimeout(copy.idle);
    copy.idle = null;
    if (this.#copies.get(version) === copy) this.#copies.delete(version);
    const fetched = await copy.file.catch(() => null);
    await fetched?.folder[Symbol.asyncDispose]();
  }
}
