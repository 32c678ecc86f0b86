import type { Readable } from 'node:stream';
import {
  NutReader,
  type NutPacket,
  type NutReaderOptions,
  type NutStreamInfo,
} from '../../ffmpeg/nut/reader.ts';
import { BufferPool } from '../../frame/buffer-pool.ts';

/** Limit of waiting pictures. The decoder must be able to write several before the frame to which they belong. */
const LIMIT = 6;

/**
 * Reads pictures as they come. Otherwise the decoder could block on an unread picture while the caller waits for a
 * later frame.
 */
export class PictureQueue {
  readonly #pool = new BufferPool();
  readonly #reader: NutReader;
  readonly #waiting: NutPacket[] = [];
  #info: NutStreamInfo | null = null;
  #wakeTaker: () => void = () => undefined;
  #wakeReader: () => void = () => undefined;
  #ended = false;
  #error: Error | null = null;

  /** @param options.maxFrameBytes a larger picture is an error */
  constructor(stream: Readable, { maxFrameBytes }: Pick<NutReaderOptions, 'maxFrameBytes'>) {
    const allocate = (bytes: number): Uint8Array => this.#pool.take(bytes);
    this.#reader = new NutReader(stream, { maxFrameBytes, allocate });
    void this.#fill();
  }

  /** Format of the pictures, known after the first one. */
  get info(): NutStreamInfo | null {
    return this.#info;
  }

  /** The next picture, or null at the end. */
  async take(): Promise<NutPacket | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
    }
    if (this.#error !== null && this.#waiting.length === 0) throw this.#error;
    this.#wakeReader();
    return this.#waiting.shift() ?? null;
  }

  /** Returns the buffer of a picture for reuse. */
  give({ data }: NutPacket): void {
    this.#pool.give(data);
  }

  async #fill(): Promise<void> {
    try {
      this.#info = await this.#reader.open();
      if (this.#info === null) return;
      for (let packet = await this.#reader.next(); packet !== null; packet = await this.#reader.next()) {
        this.#waiting.push(packet);
        this.#wakeTaker();
        while (this.#waiting.length >= LIMIT) {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#ended = true;
      this.#wakeTaker();
    }
  }
}
