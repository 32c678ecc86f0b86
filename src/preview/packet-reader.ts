import type { Readable } from 'node:stream';
import { VeilError } from '../errors.ts';
import type { Codec } from './codec.ts';

/** One encoded picture. */
export interface Packet {
  /** Whether it can be decoded on its own. */
  readonly isKey: boolean;
  /** H.264's decoder configuration (avcC), constant until the encoder restarts; null for JPEG. */
  readonly description: Uint8Array | null;
  readonly data: Uint8Array;
}

/** Larger than any picture of a preview. */
const LARGEST_PACKET = 8 * 1024 * 1024;
const LARGEST_HEADER = 1024;

/**
 * Reads packets, each as soon as its last byte has arrived.
 *
 * @throws VeilError ENCODER_FAILED for invalid bytes
 */
export function readPackets(stream: Readable, codec: Codec): AsyncGenerator<Packet> {
  return codec === 'h264' ? readFlv(new Bytes(stream)) : readMultipart(new Bytes(stream));
}

const FLV_VIDEO = 9;
const FLV_AVC = 7;

async function* readFlv(bytes: Bytes): AsyncGenerator<Packet> {
  const head = await bytes.take(13);
  if (head === null) return;
  if (head.toString('latin1', 0, 3) !== 'FLV') throw broken('not FLV');
  let description: Uint8Array | null = null;
  for (;;) {
    const tag = await bytes.take(11);
    if (tag === null) return;
    const body = await bytes.take(bounded(tag.readUIntBE(1, 3)));
    if (body === null || (await bytes.take(4)) === null) return;
    if (tag[0] !== FLV_VIDEO || body.length < 5 || (body[0]! & 15) !== FLV_AVC) continue;
    if (body[1] === 0) description = body.subarray(5);
    if (body[1] === 1) yield { isKey: body[0]! >> 4 === 1, description, data: body.subarray(5) };
  }
}

async function* readMultipart(bytes: Bytes): AsyncGenerator<Packet> {
  for (;;) {
    const header = await bytes.takeThrough('\r\n\r\n');
    if (header === null) return;
    const length = /content-length: *(\d+)/i.exec(header)?.[1];
    if (length === undefined) throw broken('a part without a length');
    const data = await bytes.take(bounded(Number(length)));
    if (data === null) return;
    yield { isKey: true, description: null, data };
  }
}

function bounded(size: number): number {
  if (size > LARGEST_PACKET) throw broken(`a packet of ${size} bytes`);
  return size;
}

function broken(what: string): VeilError {
  return new VeilError('ENCODER_FAILED', `The encoder of the preview sent ${what}.`);
}

/** Received bytes of a stream that were not read yet. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Exactly this many bytes, or null if the stream ends before. */
  async take(count: number): Promise<Buffer | null> {
    const parts = [this.#held];
    let length = this.#held.length;
    while (length < count) {
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      parts.push(next.value);
      length += next.value.length;
    }
    const all = parts.length === 1 ? this.#held : Buffer.concat(parts);
    this.#held = all.subarray(count);
    return all.subarray(0, count);
  }

  /** Text up to and including a mark, or null if the stream ends before. */
  async takeThrough(mark: string): Promise<string | null> {
    for (;;) {
      const end = this.#held.indexOf(mark);
      if (end >= 0) return (await this.take(end + mark.length))?.toString('latin1') ?? null;
      if (this.#held.length > LARGEST_HEADER) throw broken('an endless header');
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      this.#held = Buffer.concat([this.#held, next.value]);
    }
  }
}
