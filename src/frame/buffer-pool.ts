import { VeilError } from '../errors.ts';

/**
 * Reused buffers: allocating, zeroing and collecting a new one for every frame costs more than reading the frame. They
 * keep their last content: the caller overwrites all of it.
 */
export class BufferPool {
  readonly #free: Uint8Array[] = [];
  #made = 0;

  /** Number of buffers allocated so far. */
  get made(): number {
    return this.#made;
  }

  /** A buffer of exactly this size. Drops returned buffers of other sizes. */
  take(bytes: number): Uint8Array {
    if (this.#free[0]?.length !== bytes) this.#free.length = 0;
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#made += 1;
    return unfilled(bytes);
  }

  /**
   * Returns a buffer after its last use.
   *
   * @throws VeilError INTERNAL if it was returned before: two frames would share it
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

/** A new buffer with arbitrary content: the caller must overwrite all of it. */
export function unfilled(bytes: number): Uint8Array {
  // `Slow`: not a slice of a block shared with other buffers.
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
