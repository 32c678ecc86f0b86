import { ByteBuffer } from 'flatbuffers';

/**
 * A table in a FlatBuffer, by field numbers. Missing fields read as 0, empty or null. Every access is checked, since
 * offsets in a file may point anywhere.
 */
export class FlatTable {
  readonly #buffer: ByteBuffer;
  readonly #position: number;

  private constructor(buffer: ByteBuffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
  }

  /**
   * @param identifier four letters after the first offset
   * @throws RangeError if the file has another one
   */
  static root(bytes: Uint8Array, identifier: string): FlatTable {
    if (bytes.length < 8 || Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== identifier) {
      throw new RangeError(`it does not begin as a ${identifier} file`);
    }
    return FlatTable.#follow(new ByteBuffer(bytes), 0);
  }

  int8(field: number): number {
    const at = this.#field(field, 1);
    return at === 0 ? 0 : this.#buffer.readInt8(at);
  }

  int32(field: number): number {
    const at = this.#field(field, 4);
    return at === 0 ? 0 : this.#buffer.readInt32(at);
  }

  uint32(field: number): number {
    return this.int32(field) >>> 0;
  }

  text(field: number): string {
    return Buffer.from(this.bytes(field)).toString('utf8');
  }

  bytes(field: number): Uint8Array {
    const { start, length } = this.#vector(field, 1, Infinity);
    return this.#buffer.bytes().subarray(start, start + length);
  }

  int32s(field: number, most: number): number[] {
    const { start, length } = this.#vector(field, 4, most);
    return Array.from({ length }, (_, index) => this.#buffer.readInt32(start + 4 * index));
  }

  table(field: number): FlatTable | null {
    const at = this.#field(field, 4);
    return at === 0 ? null : FlatTable.#follow(this.#buffer, at);
  }

  tables(field: number, most: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4, most);
    return Array.from({ length }, (_, index) => FlatTable.#follow(this.#buffer, start + 4 * index));
  }

  static #follow(buffer: ByteBuffer, at: number): FlatTable {
    const position = at + (buffer.readInt32(at) >>> 0);
    need(buffer, position, 4);
    const layout = position - buffer.readInt32(position);
    need(buffer, layout, 4);
    need(buffer, layout, buffer.readUint16(layout));
    return new FlatTable(buffer, position);
  }

  /** Position of a field; 0 if it is missing. */
  #field(field: number, size: number): number {
    const offset = this.#buffer.__offset(this.#position, 4 + 2 * field);
    if (offset === 0) return 0;
    need(this.#buffer, this.#position + offset, size);
    return this.#position + offset;
  }

  #vector(field: number, itemSize: number, most: number): { start: number; length: number } {
    const at = this.#field(field, 4);
    if (at === 0) return { start: 0, length: 0 };
    const head = at + (this.#buffer.readInt32(at) >>> 0);
    need(this.#buffer, head, 4);
    const length = this.#buffer.readInt32(head) >>> 0;
    if (length > most) throw new RangeError(`it holds a list of ${length} items`);
    need(this.#buffer, head + 4, length * itemSize);
    return { start: head + 4, length };
  }
}

function need(buffer: ByteBuffer, at: number, size: number): void {
  if (at < 0 || at + size > buffer.capacity()) throw new RangeError('it leads outside itself');
}
