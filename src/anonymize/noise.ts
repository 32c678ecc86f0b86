import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * Noise that is the same in every frame of a track, so that averaging frames does not remove it, and that can't be
 * computed from the output: AES in counter mode, with a key that the output does not contain.
 */
export class TrackNoise {
  readonly #key: Uint8Array;

  /** @param seed a secret for repeatable runs; without it the key is random */
  constructor(seed?: string) {
    this.#key =
      seed === undefined ? randomBytes(16) : createHash('sha256').update(seed).digest().subarray(0, 16);
  }

  /** `count` values, uniform over −1…1. `stream` separates the grids of one track. */
  values(trackId: number, stream: number, count: number): Float64Array {
    const counter = new DataView(new ArrayBuffer(16));
    counter.setFloat64(0, trackId);
    counter.setUint16(8, stream);
    const cipher = createCipheriv('aes-128-ctr', this.#key, new Uint8Array(counter.buffer));
    const bytes = cipher.update(new Uint8Array(count * 2));
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = bytes.readUInt16LE(i * 2) / 32767.5 - 1;
    return values;
  }
}
