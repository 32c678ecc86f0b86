import type { Readable } from 'node:stream';
import { unfilled } from '../../frame/buffer-pool.ts';
import type { Rational } from '../../frame/frame.ts';
import { ByteReader } from './byte-reader.ts';
import { Cursor } from './cursor.ts';
import { FILE_ID, FLAG, NutError, SHORT_PACKET, START } from './format.ts';

/** Facts about the first stream of a NUT file, a video, before the first frame. */
export interface NutStreamInfo {
  readonly width: number;
  readonly height: number;
  readonly timeBase: Rational;
}

/** One frame, or a piece of audio: `pts` in ticks of its stream's time base. */
export interface NutPacket {
  /** 0 is the video. */
  readonly stream: number;
  readonly pts: number;
  readonly data: Uint8Array;
}

interface FrameCode {
  readonly flags: number;
  readonly streamId: number;
  readonly sizeMul: number;
  readonly sizeLsb: number;
  readonly ptsDelta: number;
  readonly reserved: number;
  readonly headerIndex: number;
}

export interface NutReaderOptions {
  readonly maxFrameBytes: number;
  /** More streams are an error; default 1. */
  readonly maxStreams?: number;
  /** Buffer for a packet, which is overwritten completely. A new one by default. */
  readonly allocate?: (bytes: number) => Uint8Array;
}

/** Enough for the header of any frame or short packet. */
const HEAD_BYTES = 128;
const LARGEST_PACKET = 1 << 20;

/** Reads a NUT stream written by ffmpeg: one video, and on request further streams after it. */
export class NutReader {
  readonly #bytes: ByteReader;
  readonly #maxFrameBytes: number;
  readonly #allocate: (bytes: number) => Uint8Array;
  #codes: readonly FrameCode[] = [];
  #timeBases: readonly Rational[] = [];
  #elision: readonly Buffer[] = [];
  readonly #maxStreams: number;
  #streamCount = 1;
  readonly #streams: { readonly timeBase: Rational; readonly ptsShift: number; lastPts: number }[] = [];
  #started = false;

  constructor(stream: Readable, options: NutReaderOptions) {
    this.#bytes = new ByteReader(stream);
    this.#maxFrameBytes = options.maxFrameBytes;
    this.#maxStreams = options.maxStreams ?? 1;
    this.#allocate = options.allocate ?? unfilled;
  }

  /** Reads up to the first frame. Null if the stream ends before: nothing was decoded. */
  async open(): Promise<NutStreamInfo | null> {
    const id = await this.#bytes.peek(FILE_ID.length);
    if (id.length === 0) return null;
    if (!id.equals(FILE_ID)) throw new NutError('not a NUT stream');
    this.#bytes.skip(FILE_ID.length);
    let info: NutStreamInfo | null = null;
    for (;;) {
      const head = await this.#bytes.peek(HEAD_BYTES);
      if (head.length === 0) return null;
      if (head[0] !== 0x4e) break;
      const { start, body } = await this.#packet();
      if (start === START.main) this.#readMainHeader(body);
      else if (start === START.stream) info = this.#readStreamHeader(body) ?? info;
      else if (start === START.syncpoint) this.#readSyncpoint(body);
    }
    if (info === null) throw new NutError('no stream header');
    this.#started = true;
    return info;
  }

  /** Number of streams. Call `open` first. */
  get streamCount(): number {
    return this.#streamCount;
  }

  /** Time base of a stream. */
  timeBaseOf(stream: number): Rational {
    return this.#streams[stream]?.timeBase ?? { num: 1, den: 1 };
  }

  /** The next frame, or null at the end. Call `open` first. */
  async next(): Promise<NutPacket | null> {
    if (!this.#started) throw new NutError('not opened');
    for (;;) {
      const head = await this.#bytes.peek(HEAD_BYTES);
      if (head.length === 0) return null;
      if (head[0] !== 0x4e) return this.#frame(head);
      const { start, body } = await this.#packet();
      if (start === START.syncpoint) this.#readSyncpoint(body);
    }
  }

  async #frame(head: Buffer): Promise<NutPacket | null> {
    const cursor = new Cursor(head);
    const code = this.#codes[cursor.byte()];
    if (code === undefined || code.flags & FLAG.invalid) throw new NutError('unknown frame code');
    let { flags, headerIndex } = code;
    if (flags & FLAG.coded) flags ^= cursor.varint();
    const streamId = flags & FLAG.streamId ? cursor.varint() : code.streamId;
    const stream = this.#streams[streamId];
    if (stream === undefined) throw new NutError('a frame of an unknown stream');
    const pts = flags & FLAG.codedPts ? fullPts(stream, cursor.varint()) : stream.lastPts + code.ptsDelta;
    const size = code.sizeLsb + (flags & FLAG.sizeMsb ? cursor.varint() * code.sizeMul : 0);
    if (flags & FLAG.matchTime) cursor.varint();
    if (flags & FLAG.headerIndex) headerIndex = cursor.varint();
    const reserved = flags & FLAG.reserved ? cursor.varint() : code.reserved;
    for (let i = 0; i < reserved; i += 1) cursor.varint();
    if (flags & FLAG.checksum) cursor.skip(4);
    if (flags & FLAG.sideData) throw new NutError('side data');
    if (size > this.#maxFrameBytes) throw new NutError(`a frame of ${size} bytes`);
    this.#bytes.skip(cursor.position);
    stream.lastPts = pts;

    // Header elision does not apply to long frames.
    const prefix = (size > SHORT_PACKET ? undefined : this.#elision[headerIndex]) ?? Buffer.alloc(0);
    const data = this.#allocate(size);
    data.set(prefix);
    return (await this.#bytes.readInto(data.subarray(prefix.length)))
      ? { stream: streamId, pts, data }
      : null;
  }

  async #packet(): Promise<{ start: bigint; body: Cursor }> {
    const head = await this.#bytes.peek(HEAD_BYTES);
    const cursor = new Cursor(head);
    const start = cursor.uint64();
    const size = cursor.varint();
    if (size > LARGEST_PACKET) throw new NutError(`a packet of ${size} bytes`);
    if (size > SHORT_PACKET) cursor.skip(4);
    this.#bytes.skip(cursor.position);
    const body = Buffer.alloc(size);
    if (!(await this.#bytes.readInto(body))) throw new NutError('ended within a packet');
    return { start, body: new Cursor(body) };
  }

  #readMainHeader(body: Cursor): void {
    const version = body.varint();
    if (version > 3) body.varint();
    this.#streamCount = body.varint();
    if (this.#streamCount > this.#maxStreams) throw new NutError('more than one stream');
    body.varint();
    this.#timeBases = times(body.varint(), 256, () => ({ num: body.varint(), den: body.varint() }));
    this.#codes = readFrameCodes(body);
    const headers = times(body.varint(), 128, () => body.bytes(body.varint()));
    this.#elision = [Buffer.alloc(0), ...headers];
  }

  /** Null for streams after the first, whose size does not matter. */
  #readStreamHeader(body: Cursor): NutStreamInfo | null {
    const id = body.varint();
    const isVideo = body.varint() === 0;
    if (id !== this.#streams.length || id >= this.#streamCount) throw new NutError('bad stream header');
    if (id === 0 && !isVideo) throw new NutError('not a video stream');
    body.bytes(body.varint());
    const timeBase = this.#timeBases[body.varint()];
    const ptsShift = body.varint();
    if (timeBase === undefined || ptsShift > 40) throw new NutError('bad stream header');
    this.#streams.push({ timeBase, ptsShift, lastPts: 0 });
    if (id > 0) return null;
    // Maximum pts distance, decode delay, flags, then codec data.
    for (let i = 0; i < 3; i += 1) body.varint();
    body.bytes(body.varint());
    return { width: body.varint(), height: body.varint(), timeBase };
  }

  #readSyncpoint(body: Cursor): void {
    // The coded value is the time multiplied by the number of time bases, plus the index of its time base.
    const count = Math.max(1, this.#timeBases.length);
    const value = body.varint();
    const from = this.#timeBases[value % count] ?? { num: 1, den: 1 };
    const pts = Math.floor(value / count);
    for (const stream of this.#streams) {
      const { num, den } = stream.timeBase;
      const isSame = num === from.num && den === from.den;
      stream.lastPts = isSame ? pts : rescale(pts, from, stream.timeBase);
    }
  }
}

/** Exact, and rounded down, as the format requires: the product may exceed the precision of a double. */
function rescale(pts: number, from: Rational, to: Rational): number {
  return Number((BigInt(pts) * BigInt(from.num) * BigInt(to.den)) / (BigInt(from.den) * BigInt(to.num)));
}

function fullPts(
  { ptsShift, lastPts }: { readonly ptsShift: number; readonly lastPts: number },
  coded: number,
): number {
  const range = 2 ** ptsShift;
  if (coded >= range) return coded - range;
  // The time nearest to the last one that ends in these bits.
  const from = lastPts - Math.floor((range - 1) / 2);
  return from + modulo(coded - from, range);
}

function readFrameCodes(body: Cursor): FrameCode[] {
  const codes: FrameCode[] = [];
  let ptsDelta = 0;
  let sizeMul = 1;
  let streamId = 0;
  let headerIndex = 0;
  while (codes.length < 256) {
    const flags = body.varint();
    const fields = body.varint();
    if (fields > 0) ptsDelta = body.signed();
    if (fields > 1) sizeMul = body.varint();
    if (fields > 2) streamId = body.varint();
    const size = fields > 3 ? body.varint() : 0;
    const reserved = fields > 4 ? body.varint() : 0;
    const count = fields > 5 ? body.varint() : sizeMul - size;
    if (fields > 6) body.signed();
    if (fields > 7) headerIndex = body.varint();
    for (let i = 8; i < fields; i += 1) body.varint();
    if (count <= 0) throw new NutError('bad frame code table');
    for (let j = 0; j < count && codes.length < 256;) {
      // 'N' starts packets, so it is no frame code.
      const isFree = codes.length === 0x4e;
      const sizeLsb = size + j;
      codes.push({
        flags: isFree ? FLAG.invalid : flags,
        streamId,
        sizeMul,
        sizeLsb,
        ptsDelta,
        reserved,
        headerIndex,
      });
      if (!isFree) j += 1;
    }
  }
  return codes;
}

function times<T>(count: number, limit: number, read: () => T): T[] {
  if (count > limit) throw new NutError(`${count} entries`);
  return Array.from({ length: count }, read);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
