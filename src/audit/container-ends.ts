import type { FileHandle } from 'node:fs/promises';

/** Limit of top-level elements to read. */
const MOST_PARTS = 100_000;

/** Bytes of a transport stream to read at once: a multiple of its packets. */
const TS_STEP = 188 * 8192;

/** Elements at the top level of Matroska. */
const [EBML, SEGMENT, VOID] = [0x1a45dfa3, 0x18538067, 0xec];

/**
 * Matroska and WebM (RFC 8794): top-level elements, of which the segment is the last.
 *
 * @returns null if an element has an unknown size, as in live recordings
 */
export async function endOfMatroska(file: FileHandle, size: number): Promise<number | null> {
  let at = 0;
  for (let part = 0; part < MOST_PARTS && at + 2 <= size; part += 1) {
    const { buffer: head } = await file.read(Buffer.alloc(16), 0, 16, at);
    const id = vintLength(head[0]!);
    const element = id <= 4 ? head.readUIntBE(0, Math.max(1, id)) : 0;
    // Another file begins with another header: most players stop before it.
    if (!(part === 0 ? [EBML] : [SEGMENT, VOID]).includes(element)) return at;
    const bytes = vintLength(head[id]!);
    if (bytes > 8) return null;
    const raw = [...head.subarray(id, id + bytes)];
    const content = raw.reduce(
      (sum, byte, index) => sum * 256 + (index === 0 ? byte & (0xff >> bytes) : byte),
      0,
    );
    // All ones: unknown.
    if (content === 2 ** (7 * bytes) - 1) return null;
    at += id + bytes + content;
  }
  return at;
}

/** RFC 8794, 4: the number of leading zero bits, plus one, is the length in bytes. */
function vintLength(first: number): number {
  return Math.clz32(first) - 23;
}

/** AVI: one RIFF chunk, in large files followed by AVIX chunks. */
export async function endOfRiff(file: FileHandle, size: number): Promise<number> {
  let at = 0;
  for (let part = 0; part < MOST_PARTS && at + 12 <= size; part += 1) {
    const { buffer: head } = await file.read(Buffer.alloc(12), 0, 12, at);
    const isOurs =
      head.toString('latin1', 0, 4) === 'RIFF' && /^AVI[ X]$/.test(head.toString('latin1', 8, 12));
    if (!isOurs) return at;
    const length = head.readUInt32LE(4);
    at += 8 + length + (length % 2);
  }
  return at;
}

/** Transport streams: packets of 188 bytes that begin with 0x47. */
export async function endOfTransportStream(file: FileHandle, size: number): Promise<number> {
  for (let at = 0; at < size; at += TS_STEP) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TS_STEP), 0, TS_STEP, at);
    for (let packet = 0; packet < bytesRead; packet += 188) {
      // A partial packet at the end only means that the file was cut off.
      if (buffer[packet] !== 0x47 && size - at - packet >= 188) return at + packet;
    }
  }
  return size;
}
