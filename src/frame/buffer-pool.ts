import { VeilError } from '../errors.ts';

/**
 * Buffers that are used again: a fresh one for every frame has to be filled with zeros and collected, which costs more
 * than to read the frame. They still hold their last content: the caller overwrites all of it.
 */
export class BufferPool {
  readonly #free: Uint8Array[] = [];
  #made = 0;

  /** Buffers that were allocated so far. */
  get made(): number {
    return this.#made;
  }

  /** A buffer of exactly so many bytes. Those of other sizes, which came back, are let go. */
  take(bytes: number): Uint8Array {
    if (this.#free[0]?.length !== bytes) this.#free.length = 0;
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#made += 1;
    return unfilled(bytes);
  }

  /**
   * Takes a buffer back after its last use.
   *
   * @throws VeilError INTERNAL where it is back already: two frames would share it
   */
  give(buffer: Uint8Array): void {
    if (this.#free.includes(buffer)) {
      throw new VeilError('INTERNAL', 'The buffer of a frame was given back twice.', {
        hint: 'The run was stopped, because two frames would have shared it.',
      });
    }
    this.#free.push(buffer);
  }
}

/** A buffer of its own whose bytes are not zero but anything at all: all of them have to be overwritten. */
export function unfilled(bytes: number): Uint8Array {
  // Slow means: not a slice of a block that other buffers share.
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
