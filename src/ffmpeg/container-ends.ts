import type { FileHandle } from 'node:fs/promises';
import { endOfBoxes, isBox } from './boxes.ts';
import { chunksOf } from './chunks.ts';
import { EBML_HEAD, elementAt } from './ebml.ts';

/** Limit of top-level elements to read. */
const MOST_PARTS = 100_000;

/** Bytes of a transport stream to read at once: a multiple of its packets. */
const TS_STEP = 188 * 8192;

/** Bytes of FLV and Ogg to read at once: many tags, or pages. */
const STEP = 256 * 1024;

/** Bytes of a page of Ogg before its segments, at most. */
const OGG_HEAD = 27 + 255;

/** ASF specification, 10: GUIDs of the objects at the top level: header, data and four kinds of index. */
const ASF_HEADER = '3026b2758e66cf11a6d900aa0062ce6c';
const ASF_DATA = '3626b2758e66cf11a6d900aa0062ce6c';
const ASF_PARTS: ReadonlySet<string> = new Set([
  ...[ASF_DATA, '90080033b1e5cf1189f400a0c90349cb'],
  ...['d329e2d6da35d111903400a0c90349be', 'f803b1fead12644c840f2a1d2f7ad48c'],
  'd03fb73c4a0c0348953dedf7b6228f0c',
]);

/** Elements at the top level of Matroska. */
const [EBML, SEGMENT, VOID] = [0x1a45dfa3, 0x18538067, 0xec];

/**
 * End of the part of a film that players read: behind it are trailing bytes, or another film.
 *
 * @returns null for other containers, and if it can't be told
 */
export async function endOfFilm(file: FileHandle, size: number): Promise<number | null> {
  const { buffer: head } = await file.read(Buffer.alloc(189), 0, 189, 0);
  if (isBox(head.toString('latin1', 4, 8))) return await endOfBoxes(file, size);
  if (head.readUInt32BE(0) === EBML) return await endOfMatroska(file, size);
  if (head.toString('latin1', 8, 12) === 'AVI ') return await endOfRiff(file, size);
  if (head.toString('latin1', 1, 4) === 'PNG') return await endOfPng(file, size);
  if (head.toString('latin1', 0, 3) === 'FLV') return await endOfFlv(file, size);
  if (head.toString('hex', 0, 16) === ASF_HEADER) return await endOfAsf(file, size);
  if (isOggStart(head)) return await endOfOgg(file, size);
  return head[0] === 0x47 && head[188] === 0x47 ? await endOfTransportStream(file, size) : null;
}

/** Whether a film begins with these bytes, in a container where players stop before another one. */
export function beginsFilm(head: Buffer): boolean {
  return (
    head.toString('latin1', 4, 8) === 'ftyp' ||
    head.readUInt32BE(0) === EBML ||
    head.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n' ||
    head.toString('latin1', 0, 4) === 'FLV\x01' ||
    head.toString('hex', 0, 16) === ASF_HEADER ||
    isOggStart(head)
  );
}

/** RFC 3533, 6: whether a page begins with these bytes that is the first of its stream. */
function isOggStart(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === 'OggS' && (head[5]! & 2) !== 0;
}

/**
 * Matroska and WebM (RFC 8794): top-level elements, of which the segment is the last.
 *
 * @returns null if an element has an unknown size, as in live recordings
 */
async function endOfMatroska(file: FileHandle, size: number): Promise<number | null> {
  let at = 0;
  for (let part = 0; part < MOST_PARTS && at + 2 <= size; part += 1) {
    const { buffer: head } = await file.read(Buffer.alloc(EBML_HEAD), 0, EBML_HEAD, at);
    const element = elementAt(head);
    // Another file begins with another header: most players stop before it.
    if (element === null || !(part === 0 ? [EBML] : [SEGMENT, VOID]).includes(element.id)) return at;
    if (element.to === Infinity) return null;
    at += element.to;
  }
  return at;
}

/** AVI: one RIFF chunk, in large files followed by AVIX chunks. */
async function endOfRiff(file: FileHandle, size: number): Promise<number> {
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
async function endOfTransportStream(file: FileHandle, size: number): Promise<number> {
  for (let at = 0; at < size; at += TS_STEP) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TS_STEP), 0, TS_STEP, at);
    for (let packet = 0; packet < bytesRead; packet += 188) {
      // A partial packet at the end only means that the file was cut off.
      if (buffer[packet] !== 0x47 && size - at - packet >= 188) return at + packet;
    }
  }
  return size;
}

/** PNG (ISO/IEC 15948), 5.3: up to the last chunk, with its check sum. */
async function endOfPng(file: FileHandle, size: number): Promise<number | null> {
  for await (const { name, to } of chunksOf(file, size)) if (name === 'IEND') return to + 4;
  return null;
}

/** FLV specification, E.3: a header, then tags of sound (8), picture (9) or data (18), each followed by its size. */
async function endOfFlv(file: FileHandle, size: number): Promise<number> {
  const { buffer: header } = await file.read(Buffer.alloc(9), 0, 9, 0);
  const bytesAt = inSteps(file);
  let at = header.readUInt32BE(5) + 4;
  while (at + 11 <= size) {
    const head = await bytesAt(at, 4);
    // The upper bits tell what is encrypted.
    if (![8, 9, 18].includes(head[0]! & 0x1f)) return at;
    at += 15 + head.readUIntBE(1, 3);
  }
  return at;
}

/** Reads few bytes at places that follow one another, from large parts; zeros where the file is shorter. */
function inSteps(file: FileHandle): (at: number, length: number) => Promise<Buffer> {
  let from = -Infinity;
  let part = Buffer.alloc(0);
  return async (at, length) => {
    if (at + length > from + part.length) {
      from = at;
      ({ buffer: part } = await file.read(Buffer.alloc(STEP), 0, STEP, from));
    }
    return part.subarray(at - from, at - from + length);
  };
}

/** ASF specification, 2.1: objects with their GUID and size. */
async function endOfAsf(file: FileHandle, size: number): Promise<number | null> {
  let at = 0;
  for (let part = 0; part < MOST_PARTS && at + 24 <= size; part += 1) {
    const { buffer: head } = await file.read(Buffer.alloc(24), 0, 24, at);
    const guid = head.toString('hex', 0, 16);
    if (!(part === 0 ? guid === ASF_HEADER : ASF_PARTS.has(guid))) return at;
    const length = Number(head.readBigUInt64LE(16));
    // In live recordings nobody came back to write it: 0, or 50 without packets.
    if (length < 24 || (guid === ASF_DATA && length <= 50)) return null;
    at += length;
  }
  return at;
}

/**
 * Ogg (RFC 3533, 6): pages with a table of the sizes of their segments. The first pages of all streams come first: others behind
 * them belong to a film that was joined.
 *
 * @returns null where pages are damaged
 */
async function endOfOgg(file: FileHandle, size: number): Promise<number | null> {
  const bytesAt = inSteps(file);
  let isBegun = false;
  let at = 0;
  while (at + 27 <= size) {
    const head = await bytesAt(at, OGG_HEAD);
    if (head.toString('latin1', 0, 4) !== 'OggS') return (await hasOggPage(file, at, size)) ? null : at;
    const isStart = isOggStart(head);
    if (isStart && isBegun) return at;
    isBegun ||= !isStart;
    const table = head.subarray(27, 27 + head[26]!);
    at += 27 + table.length + table.reduce((sum, length) => sum + length, 0);
  }
  return at;
}

async function hasOggPage(file: FileHandle, from: number, size: number): Promise<boolean> {
  // Parts overlap: a page may begin at the end of one.
  for (let at = from; at < size; at += STEP) {
    const { buffer } = await file.read(Buffer.alloc(STEP + 3), 0, STEP + 3, at);
    if (buffer.includes('OggS', 0, 'latin1')) return true;
  }
  return false;
}
