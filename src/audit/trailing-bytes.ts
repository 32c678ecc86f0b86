import { open, type FileHandle } from 'node:fs/promises';
import { endOfJpeg, LARGEST_JPEG } from '../source/photo/jpeg-end.ts';
import { endOfBoxes, isBox } from '../ffmpeg/boxes.ts';
import { endOfMatroska, endOfRiff, endOfTransportStream } from './container-ends.ts';
import { endOfGif, endOfTiff } from './photo-ends.ts';

/** More top-level parts than any real file has. */
const MOST_PARTS = 100_000;

/** Bytes besides the picture in a JPEG, PNG, WebP, GIF, TIFF, AVIF, MP4, MOV, Matroska, AVI or transport stream, a sentence. */
export async function trailingProblems(path: string): Promise<string[]> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const end = await endOf(file, size);
  if (end === null || end >= size) return [];
  const head = await bytes(file, end, 64);
  const what = head.includes('ftyp') ? ', which look like a video' : '';
  return [`It has ${size - end} bytes that belong to no picture, from byte ${end}${what}.`];
}

/** End of the part of a file that players read; null for any other container. */
export async function endOfPlayed(path: string): Promise<number | null> {
  await using file = await open(path, 'r');
  return await endOf(file, (await file.stat()).size);
}

/** End of the part that players read; null for any other container. */
async function endOf(file: FileHandle, size: number): Promise<number | null> {
  const head = await bytes(file, 0, 16);
  if (head.readUInt16BE(0) === 0xffd8) return endOfJpeg(await bytes(file, 0, Math.min(size, LARGEST_JPEG)));
  if (head.toString('latin1', 1, 4) === 'PNG') return endOfPng(file, size);
  if (head.toString('latin1', 8, 12) === 'WEBP') return 8 + head.readUInt32LE(4) + (head.readUInt32LE(4) % 2);
  if (isBox(head.toString('latin1', 4, 8))) return endOfBoxes(file, size);
  if (/^GIF8[79]a/.test(head.toString('latin1'))) return endOfGif(file, size);
  if (/^(?:II\*\0|MM\0\*)/.test(head.toString('latin1'))) return endOfTiff(file, size);
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
