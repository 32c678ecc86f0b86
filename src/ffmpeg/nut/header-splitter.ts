import { NutError, START } from './format.ts';

/** ffmpeg's headers are never longer, bytes. */
const LONGEST = 1 << 20;

/**
 * Separates the header of a NUT stream, which defines how its packets are decoded, from the packets. Streams with equal
 * headers can be concatenated: the header once, then the packets of each.
 */
export class HeaderSplitter {
  #header: Buffer | null = null;
  #begun: Buffer = Buffer.alloc(0);

  /** Null until the first packet arrives. */
  get header(): Buffer | null {
    return this.#header;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @returns the packets among them, and the header if it has just become complete
   * @throws NutError if no packet comes
   */
  take(chunk: Buffer): { readonly packets: Buffer; readonly begun: Buffer | null } {
    if (this.#header !== null) return { packets: chunk, begun: null };
    this.#begun = Buffer.concat([this.#begun, chunk]);
    const at = this.#begun.indexOf(SYNCPOINT);
    if (at < 0 && this.#begun.length > LONGEST) throw new NutError('no packets');
    if (at < 0) return { packets: Buffer.alloc(0), begun: null };
    this.#header = this.#begun.subarray(0, at);
    return { packets: this.#begun.subarray(at), begun: this.#header };
  }
}

const SYNCPOINT = Buffer.alloc(8);
SYNCPOINT.writeBigUInt64BE(START.syncpoint);
