import { open, type FileHandle } from 'node:fs/promises';
import { boxesOf } from '../../ffmpeg/boxes.ts';
import { START } from '../../ffmpeg/nut/format.ts';
import type { Probe } from '../../ffmpeg/probe.ts';

/** Bytes to read at the end of a file: several packets of any container. */
const TAIL = 256 * 1024;

/**
 * Whether a file ends inside a packet, which reveals a truncated file even if the container states no duration.
 *
 * @throws the system's error if it can't be read
 */
export async function endsInPacket(
  path: string,
  { format, size }: Pick<Probe, 'format' | 'size'>,
): Promise<boolean> {
  await using file = await open(path);
  if (format === 'mpegts') return transportStreamIsCut(await bytesOf(file, 0, HEAD), size);
  if (format.split(',').includes('mov')) return await boxesAreCut(file, size);
  if (format === 'yuv4mpegpipe') return y4mIsCut(await bytesOf(file, 0, HEAD), size);
  if (format === 'nut') return await nutIsCut(file, size);
  if (format === 'asf') return asfIsCut(await bytesOf(file, 0, HEAD), size);
  const tail = await bytesOf(file, Math.max(0, size - TAIL), Math.min(TAIL, size));
  if (format === 'mpeg') return programStreamIsCut(tail);
  if (format === 'ogg') return oggIsCut(tail);
  if (format === 'gif') return tail[tail.findLastIndex((byte) => byte !== 0)] !== GIF_TRAILER;
  if (format === 'apng') return !tail.includes('IEND', 0, 'latin1');
  return format === 'flv' && flvIsCut(tail);
}

/** GIF89a, 27: the last byte. */
const GIF_TRAILER = 0x3b;

/** The properties object of an ASF file begins within this many bytes. */
const HEAD = 64 * 1024;

/** ASF specification, 3.2: GUID of the object with the size of the file and the live-stream flag. */
const ASF_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex');

function asfIsCut(head: Buffer, size: number): boolean {
  const at = head.indexOf(ASF_PROPERTIES);
  if (at === -1 || at + 92 > head.length) return false;
  const isLive = (head.readUInt32LE(at + 88) & 1) !== 0;
  return !isLive && head.readBigUInt64LE(at + 40) > BigInt(size);
}

/**
 * NUT: the index is the last packet; its size, and a check sum of 4 bytes, are its end. ffmpeg leaves it out on request
 * only.
 */
async function nutIsCut(file: FileHandle, size: number): Promise<boolean> {
  const end = await bytesOf(file, Math.max(0, size - 12), 12);
  const at = size - Number(end.readBigUInt64BE(0));
  return at < 0 || at > size || (await bytesOf(file, at, 8)).readBigUInt64BE(0) !== START.index;
}

/** YUV4MPEG2: a line about the stream, then frames of one size, each behind a line. Most have nothing in that line. */
function y4mIsCut(head: Buffer, size: number): boolean {
  const from = head.indexOf('\n') + 1;
  const line = head.toString('latin1', 0, from);
  const [width, height] = ['W', 'H'].map((name) => Number(new RegExp(` ${name}(\\d+)`).exec(line)?.[1]));
  const samples = / C(4\d\d|mono)/.exec(line)?.[1] ?? '420';
  if (!width || !height || head.toString('latin1', from, from + 6) !== 'FRAME\n') return false;
  const [across, down] = Y4M_SHARES[samples] ?? [1, 1];
  const ofColor = samples === 'mono' ? 0 : 2 * Math.ceil(width / across) * Math.ceil(height / down);
  const ofAlpha = / C444alpha/.test(line) ? width * height : 0;
  const bytes = / C(?:\w+p|mono)(?:9|1\d)/.test(line) ? 2 : 1;
  return (size - from) % (6 + bytes * (width * height + ofColor + ofAlpha)) !== 0;
}

/** Pixels for each sample of colour, across and down. */
const Y4M_SHARES: Readonly<Record<string, readonly [across: number, down: number]>> = {
  420: [2, 2],
  422: [2, 1],
  411: [4, 1],
};

/** Sizes of packets in transport streams, bytes: plain, with time codes (M2TS), with error correction. */
const TS_PACKETS = [188, 192, 204];

/** Number of packets in a row by which their size is recognised. */
const IN_A_ROW = 5;

/** A recording may begin within a packet, or with other bytes: its end counts from the first whole packet, with 0x47. */
function transportStreamIsCut(head: Buffer, size: number): boolean {
  for (let at = 0; at < head.length; at += 1) {
    for (const packet of TS_PACKETS) {
      const isFirst = Array.from({ length: IN_A_ROW }, (_, index) => head[at + index * packet]).every(
        (byte) => byte === 0x47,
      );
      // Time codes precede their packets.
      if (isFirst) return (size - at + (packet === 192 ? 4 : 0)) % packet !== 0;
    }
  }
  return TS_PACKETS.every((packet) => size % packet !== 0);
}

/** MP4 and MOV: whether the last box ends behind the file. Bytes behind that box belong to no box. */
async function boxesAreCut(file: FileHandle, size: number): Promise<boolean> {
  let end = 0;
  for await (const { name, to } of boxesOf(file, size)) {
    if (!/^[\w ]{4}$/.test(name)) return false;
    end = to;
  }
  return end > size;
}

/** ISO/IEC 13818-1, 2.5.3: packs of packets with lengths. */
function programStreamIsCut(tail: Buffer): boolean {
  let at = tail.lastIndexOf(Buffer.from([0, 0, 1, 0xba]));
  if (at === -1) return false;
  // Header of the pack: MPEG-2 with stuffing, or MPEG-1.
  at += (tail[at + 4]! & 0xc0) === 0x40 ? 14 + ((tail[at + 13] ?? 0) & 7) : 12;
  while (at + 6 <= tail.length && tail.readUIntBE(at, 3) === 1) {
    if (tail[at + 3] === 0xb9) return false;
    at += 6 + tail.readUInt16BE(at + 4);
  }
  return at > tail.length;
}

/** RFC 3533: pages of up to 255 segments; a flag marks the last page of a stream. */
function oggIsCut(tail: Buffer): boolean {
  const at = tail.lastIndexOf('OggS', undefined, 'latin1');
  if (at === -1 || at + 27 > tail.length) return true;
  const isLast = (tail[at + 5]! & 4) !== 0;
  const table = tail.subarray(at + 27, at + 27 + tail[at + 26]!);
  return !isLast || at + 27 + table.length + table.reduce((sum, length) => sum + length, 0) > tail.length;
}

/** Each tag is followed by its size, which must match its header. */
function flvIsCut(tail: Buffer): boolean {
  const size = tail.readUInt32BE(tail.length - 4);
  const at = tail.length - 4 - size;
  if (size < 11 || at < 0) return true;
  return tail.readUIntBE(at + 1, 3) + 11 !== size;
}

async function bytesOf(file: FileHandle, from: number, length: number): Promise<Buffer> {
  // Zeros where the file is shorter.
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, from);
  return buffer;
}
