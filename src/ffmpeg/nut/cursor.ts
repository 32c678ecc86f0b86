import { NutError } from './format.ts';

/** Parses numbers from a few bytes. */
export class Cursor {
  readonly #data: Buffer;
  position = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  byte(): number {
    const value = this.#data[this.position];
    if (value === undefined) throw new NutError('ended within a header');
    this.position += 1;
    return value;
  }

  /** NUT's variable-length number: seven bits per byte, most significant first. */
  varint(): number {
    let value = 0;
    for (;;) {
      const byte = this.byte();
      value = value * 128 + (byte & 127);
      if (byte < 128) break;
    }
    if (!Number.isSafeInteger(value)) throw new NutError('a number out of range');
    return value;
  }

  signed(): number {
    const value = this.varint() + 1;
    return value % 2 === 1 ? -Math.floor(value / 2) : Math.floor(value / 2);
  }

  uint64(): bigint {
    const value = this.bytes(8).readBigUInt64BE();
    return value;
  }

  bytes(count: number): Buffer {
    this.skip(count);
    return this.#data.subarray(this.position - count, this.position);
  }

  skip(count: number): void {
    this.position += count;
    if (this.position > this.#data.length) throw new NutError('ended within a header');
  }
}
