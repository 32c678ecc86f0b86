import { open, type FileHandle } from 'node:fs/promises';
import { endOfJpeg, LARGEST_JPEG } from '../source/photo/jpeg-end.ts';
import { beginsFilm, endOfFilm } from '../ffmpeg/container-ends.ts';
import { endOfGif, endOfTiff } from './photo-ends.ts';

/** Bytes besides the picture in a JPEG, WebP, GIF, TIFF or a container of films, a sentence. */
export async function trailingProblems(path: string): Promise<string[]> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const end = await endOf(file, size);
  if (end === null || end >= size) return [];
  const head = await bytes(file, end, 64);
  const what = head.includes('ftyp') || beginsFilm(head) ? ', which look like a video' : '';
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
  if (head.toString('latin1', 8, 12) === 'WEBP') return 8 + head.readUInt32LE(4) + (head.readUInt32LE(4) % 2);
  if (/^GIF8[79]a/.test(head.toString('latin1'))) return endOfGif(file, size);
  if (/^(?:II\*\0|MM\0\*)/.test(head.toString('latin1'))) return endOfTiff(file, size);
  return endOfFilm(file, size);
}

async function bytes(file: FileHandle, from: number, length: number): Promise<Buffer> {
  // Zeros where the file is shorter.
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, from);
  return buffer;
}
