import type { Readable } from 'node:stream';

const NOTHING = Buffer.alloc(0);

/** Reads bytes from a stream: small pieces for parsing, large ones directly into their buffer. */
export class ByteReader {
  readonly #stream: Readable;
  /** Received bytes that were not taken yet. */
  #rest: Buffer = NOTHING;
  /** Destination of incoming bytes while a read waits. */
  #target: Uint8Array = NOTHING;
  #wake: () => void = () => undefined;
  #ended = false;
  #error: Error | null = null;

  constructor(stream: Readable) {
    this.#stream = stream;
    stream.pause();
    stream
      .on('data', (chunk: Buffer) => {
        this.#take(chunk);
      })
      .on('end', () => {
        this.#end(null);
      })
      .on('error', (error) => {
        this.#end(error);
      })
      .on('close', () => {
        this.#end(new Error('closed before its end'));
      });
  }

  /** Up to `count` next bytes without taking them; fewer only at the end of the stream. */
  async peek(count: number): Promise<Buffer> {
    while (this.#rest.length < count && !this.#ended) await this.#more();
    if (this.#error !== null && this.#rest.length < count) throw this.#error;
    return this.#rest.subarray(0, count);
  }

  /** Takes peeked bytes. */
  skip(count: number): void {
    this.#rest = this.#rest.subarray(count);
  }

  /** Fills `target`; false if the stream ends before it is full. */
  async readInto(target: Uint8Array): Promise<boolean> {
    const rest = this.#rest;
    this.#rest = NOTHING;
    this.#target = target;
    this.#take(rest);
    while (this.#target.length > 0 && !this.#ended) await this.#more();
    if (this.#target.length === 0) return true;
    this.#target = NOTHING;
    if (this.#error !== null) throw this.#error;
    return false;
  }

  /** Resolves when the requested bytes have arrived, or at the end. */
  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#stream.resume();
    });
  }

  #take(chunk: Buffer): void {
    const { length } = this.#target;
    if (length > 0) {
      const part = chunk.length > length ? chunk.subarray(0, length) : chunk;
      this.#target.set(part);
      this.#target = this.#target.subarray(part.length);
      if (this.#target.length > 0) return;
      chunk = chunk.subarray(part.length);
    }
    if (chunk.length > 0) {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    }
    this.#stream.pause();
    this.#wake();
  }

  #end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake();
  }
}
