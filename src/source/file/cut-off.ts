import { open, type FileHandle } from 'node:fs/promises';
import type { Probe } from '../../ffmpeg/probe.ts';

/** The end of a file that is looked at, bytes: some packets of any container. */
const TAIL = 256 * 1024;

/** More parts than any real file has on its first level. */
const MOST_BOXES = 100_000;

/**
 * Whether a file ends within a packet: what was cut off shows so even where the container states no duration.
 *
 * @throws the system's error where it can't be read
 */
export async function endsInPacket(
  path: string,
  { format, size }: Pick<Probe, 'format' | 'size'>,
): Promise<boolean> {
  if (format === 'mpegts') return TS_PACKETS.every((packet) => size % packet !== 0);
  await using file = await open(path);
  if (format.split(',').includes('mov')) return await boxesAreCut(file, size);
  const tail = await bytesOf(file, Math.max(0, size - TAIL), Math.min(TAIL, size));
  if (format === 'mpeg') return programStreamIsCut(tail);
  if (format === 'ogg') return oggIsCut(tail);
  return format === 'flv' && flvIsCut(tail);
}

/** Sizes of packets in transport streams, bytes: plain, with time codes (M2TS), with error correction. */
const TS_PACKETS = [188, 192, 204];

/** ISO/IEC 14496-12, 4.2: boxes of 32 or 64 bits of size. */
async function boxesAreCut(file: FileHandle, size: number): Promise<boolean> {
  let at = 0;
  for (let box = 0; box < MOST_BOXES && at + 8 <= size; box += 1) {
    const head = await bytesOf(file, at, 16);
    // Bytes behind the boxes belong to none of them.
    if (!/^[\w ]{4}$/.test(head.toString('latin1', 4, 8))) return false;
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (length < 8) return false;
    at += length;
  }
  return at > size;
}

/** ISO/IEC 13818-1, 2.5.3: packs of packets that say how long they are. */
function programStreamIsCut(tail: Buffer): boolean {
  let at = tail.lastIndexOf(Buffer.from([0, 0, 1, 0xba]));
  if (at === -1) return false;
  // The pack's own header: MPEG-2 with stuffing, or MPEG-1.
  at += (tail[at + 4]! & 0xc0) === 0x40 ? 14 + ((tail[at + 13] ?? 0) & 7) : 12;
  while (at + 6 <= tail.length && tail.readUIntBE(at, 3) === 1) {
    if (tail[at + 3] === 0xb9) return false;
    at += 6 + tail.readUInt16BE(at + 4);
  }
  return at > tail.length;
}

/** RFC 3533: pages of up to 255 segments; the last page of a stream says so. */
function oggIsCut(tail: Buffer): boolean {
  const at = tail.lastIndexOf('OggS', undefined, 'latin1');
  if (at === -1 || at + 27 > tail.length) return true;
  const isLast = (tail[at + 5]! & 4) !== 0;
  const table = tail.subarray(at + 27, at + 27 + tail[at + 26]!);
  return !isLast || at + 27 + table.length + table.reduce((sum, length) => sum + length, 0) > tail.length;
}

/** Each tag is followed by its size, which its header gives too. */
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
