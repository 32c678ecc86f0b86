import { open } from 'node:fs/promises';

/** The end of a JPEG is searched within this many bytes. */
export const LARGEST_JPEG = 256 * 1024 * 1024;

/** Content behind the end of a JPEG. */
export interface BehindJpeg {
  readonly bytes: number;
  /** Whether it is another JPEG of the same size that the first one does not list as a part, as in Motion JPEG. */
  readonly isNextFrame: boolean;
}

/** Content behind the end of a JPEG; null if there is none, or the end is not found. */
export async function behindJpeg(path: string): Promise<BehindJpeg | null> {
  await using file = await open(path);
  const { size } = await file.stat();
  const { buffer: data } = await file.read(Buffer.alloc(Math.min(size, LARGEST_JPEG)), 0, null, 0);
  const end = endOfJpeg(data);
  if (end === null || end >= size) return null;
  // A multi-picture file (CIPA DC-007) lists its pictures at the start of the first one.
  const isListed = data.subarray(0, end).includes('MPF\0', 0, 'latin1');
  const [first, next] = [shapeOf(data), shapeOf(data.subarray(end))];
  return { bytes: size - end, isNextFrame: !isListed && next !== null && next === first };
}

/** ISO/IEC 10918-1, B.1: segments with lengths, then a scan in which FF is followed by 00 or RSTn until a marker. */
export function endOfJpeg(data: Buffer): number | null {
  for (const { marker, at } of segmentsOf(data)) if (marker === 0xd9) return at + 2;
  return null;
}

/** A segment of a JPEG, without marker and length. */
export interface JpegSegment {
  readonly marker: number;
  readonly from: number;
  readonly to: number;
}

/** Segments of applications (APPn) and comments (COM). Offsets are those of the file. */
export function* metadataOf(data: Buffer): Generator<JpegSegment> {
  for (const { marker, at } of segmentsOf(data)) {
    if (marker === 0xd9 || at + 4 > data.length) return;
    const to = Math.min(data.length, at + 2 + data.readUInt16BE(at + 2));
    if ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe) yield { marker, from: at + 4, to };
  }
}

/** Height and width as stored in the frame header; null if there is none. */
function shapeOf(data: Buffer): string | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null;
  for (const { marker, at } of segmentsOf(data)) {
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return data.toString('hex', at + 5, at + 9);
  }
  return null;
}

function* segmentsOf(data: Buffer): Generator<{ readonly marker: number; readonly at: number }> {
  let at = 2;
  while (at + 2 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    yield { marker, at };
    if (marker === 0xd9 || at + 4 > data.length) return;
    at += 2 + data.readUInt16BE(at + 2);
    if (marker === 0xda) at = endOfScan(data, at);
  }
}

function endOfScan(data: Buffer, from: number): number {
  for (let at = data.indexOf(0xff, from); at !== -1; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1];
    const isData = next === 0 || (next !== undefined && next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return data.length;
}
