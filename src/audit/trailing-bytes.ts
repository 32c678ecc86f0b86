import { open, type FileHandle } from 'node:fs/promises';
import { endOfMatroska, endOfRiff, endOfTransportStream } from './container-ends.ts';

/** A JPEG is searched for its end within so many bytes. */
const LARGEST_PHOTO = 256 * 1024 * 1024;

/** More parts than any real file has on its first level. */
const MOST_PARTS = 100_000;

/** Names of the boxes on the first level of an MP4 that Veil or ffmpeg writes, and of those that phones add. */
const BOXES = new Set([
  'ftyp',
  'moov',
  'mdat',
  'moof',
  'mfra',
  'sidx',
  'styp',
  'free',
  'skip',
  'wide',
  'pdin',
  'emsg',
]);

/** What lies in a JPEG, PNG, WebP, MP4, MOV, Matroska, AVI or transport stream besides its picture, a sentence. */
export async function trailingProblems(path: string): Promise<string[]> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const end = await endOf(file, size);
  if (end === null || end >= size) return [];
  const head = await bytes(file, end, 64);
  const what = head.includes('ftyp') ? ', which look like a video' : '';
  return [`It has ${size - end} bytes that belong to no picture, from byte ${end}${what}.`];
}

/** Where the part of a file that players read ends; null where its container is none of those above. */
export async function endOfPlayed(path: string): Promise<number | null> {
  await using file = await open(path, 'r');
  return await endOf(file, (await file.stat()).size);
}

/** Where the part that players read ends; null where the container is none of these. */
async function endOf(file: FileHandle, size: number): Promise<number | null> {
  const head = await bytes(file, 0, 16);
  if (head.readUInt16BE(0) === 0xffd8) return endOfJpeg(await bytes(file, 0, Math.min(size, LARGEST_PHOTO)));
  if (head.toString('latin1', 1, 4) === 'PNG') return endOfPng(file, size);
  if (head.toString('latin1', 8, 12) === 'WEBP') return 8 + head.readUInt32LE(4) + (head.readUInt32LE(4) % 2);
  if (BOXES.has(head.toString('latin1', 4, 8))) return endOfBoxes(file, size);
  if (head.readUInt32BE(0) === 0x1a45dfa3) return endOfMatroska(file, size);
  if (head.toString('latin1', 8, 12) === 'AVI ') return endOfRiff(file, size);
  const second = await bytes(file, 188, 1);
  return head[0] === 0x47 && second[0] === 0x47 ? endOfTransportStream(file, size) : null;
}

async function bytes(file: FileHandle, from: number, length: number): Promise<Buffer> {
  // Zeros where the file is shorter.
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, from);
  return buffer;
}

/** ISO/IEC 10918-1, B.1: segments with lengths, then a scan in which FF is followed by 00 or RSTn until a marker. */
function endOfJpeg(data: Buffer): number | null {
  let at = 2;
  while (at + 4 <= data.length) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1]!;
    if (marker === 0xd9) return at + 2;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    at += 2 + data.readUInt16BE(at + 2);
    if (marker === 0xda) at = endOfScan(data, at);
  }
  // The end may be the very last bytes.
  return at + 2 <= data.length && data.readUInt16BE(at) === 0xffd9 ? at + 2 : null;
}

function endOfScan(data: Buffer, from: number): number {
  for (let at = data.indexOf(0xff, from); at !== -1; at = data.indexOf(0xff, at + 1)) {
    const next = data[at + 1];
    const isData = next === 0 || (next !== undefined && next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return data.length;
}

/** PNG (ISO/IEC 15948), 5.3: length, name, data, check sum. */
async function endOfPng(file: FileHandle, size: number): Promise<number | null> {
  let at = 8;
  for (let part = 0; part < MOST_PARTS && at + 12 <= size; part += 1) {
    const head = await bytes(file, at, 8);
    at += 12 + head.readUInt32BE(0);
    if (head.toString('latin1', 4) === 'IEND') return at;
  }
  return null;
}

/** ISO/IEC 14496-12, 4.2: boxes of 32 or 64 bits of size. */
async function endOfBoxes(file: FileHandle, size: number): Promise<number> {
  let at = 0;
  for (let part = 0; part < MOST_PARTS && at + 8 <= size; part += 1) {
    const head = await bytes(file, at, 16);
    if (!BOXES.has(head.toString('latin1', 4, 8)) || (at > 0 && head.toString('latin1', 4, 8) === 'ftyp'))
      return at;
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return at;
    at += length;
  }
  return at;
}
