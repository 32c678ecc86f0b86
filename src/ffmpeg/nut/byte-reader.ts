import type { Readable } from 'node:stream';

/** Pulls bytes from a stream: small pieces to parse, large ones straight into their place. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer, unknown>;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(stream: Readable) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /** Up to `count` next bytes without taking them; fewer only at the end of the stream. */
  async peek(count: number): Promise<Buffer> {
    while (this.#rest.length < count && (await this.#fetch()));
    return this.#rest.subarray(0, count);
  }

  /** Takes bytes that were peeked at. */
  skip(count: number): void {
    this.#rest = this.#rest.subarray(count);
  }

  /** Takes bytes into `target`; false where the stream ended before it was full. */
  async readInto(target: Uint8Array): Promise<boolean> {
    let filled = 0;
    for (;;) {
      const part = this.#rest.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.skip(part.length);
      if (filled === target.length) return true;
      if (!(await this.#fetch())) return false;
    }
  }

  async #fetch(): Promise<boolean> {
    if (this.#ended) return false;
    const result = await this.#chunks.next();
    if (result.done === true) {
      this.#ended = true;
      return false;
    }
    this.#rest = this.#rest.length === 0 ? result.value : Buffer.concat([this.#rest, result.value]);
    return true;
  }
}
