import type { ChildProcess } from 'node:child_process';
import { readSync } from 'node:fs';
import { Writable } from 'node:stream';
import { VeilError } from '../errors.ts';
import { BufferPool } from '../frame/buffer-pool.ts';
import type { Picture, PictureSize } from '../frame/frame.ts';

/** Descriptor of the pipe in the child, after its message channel. */
const FD = 4;

/** Received pictures. Their bytes are valid until they are released. */
export interface ReceivedPictures {
  readonly pictures: readonly Picture[];
  readonly release: () => void;
}

/**
 * The owner's end. A message channel would copy each picture several times on both sides, which costs a fifth of a
 * look. Messages announce the pictures, in the same order.
 */
export class PictureSender {
  readonly #pipe: Writable;

  /** @param child with a pipe at its descriptor 4 */
  constructor(child: ChildProcess) {
    const pipe = child.stdio[FD];
    if (!(pipe instanceof Writable))
      throw new VeilError('INTERNAL', 'The detector has no pipe for pictures.');
    this.#pipe = pipe;
    // The process has ended, which its owner notices separately.
    pipe.on('error', () => undefined);
  }

  /** The bytes must not change until the answer arrives. */
  send(pictures: readonly Picture[]): void {
    for (const { data } of pictures) this.#pipe.write(data);
  }
}

/** The child's end. */
export class PictureReceiver {
  readonly #pool = new BufferPool();

  /**
   * Waits for the pictures that a message announced. Blocks, because the process has nothing else to do.
   *
   * @throws VeilError DETECTOR_FAILED if the owner has ended
   */
  receive(sizes: readonly PictureSize[]): ReceivedPictures {
    const bytes = sizes.reduce((sum, { width, height }) => sum + 3 * width * height, 0);
    const buffer = this.#pool.take(bytes);
    for (let at = 0; at < bytes;) {
      const count = readSync(FD, buffer, at, bytes - at, null);
      if (count === 0) throw new VeilError('DETECTOR_FAILED', 'The pictures broke off.');
      at += count;
    }
    let end = 0;
    const pictures = sizes.map(({ width, height }) => {
      const start = end;
      end += 3 * width * height;
      return { width, height, data: buffer.subarray(start, end) };
    });
    const release = (): void => {
      this.#pool.give(buffer);
    };
    return { pictures, release };
  }
}
