import type { FileHandle } from 'node:fs/promises';

/** Larger files are not read for their end, bytes. */
const LARGEST = 512 * 1024 * 1024;

/** Limits of TIFF directories, and of the strips or tiles of one: a hostile file refers to the same bytes again and again. */
const MOST_DIRECTORIES = 100;
const MOST_STRIPS = 100_000;

/** TIFF 6.0: bytes of a value by its type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** TIFF 6.0: offsets of strips or tiles by tag, with the tag of their lengths. */
const DATA_TAGS: ReadonlyMap<number, number> = new Map([
  [273, 279],
  [324, 325],
  [513, 514],
]);
const LISTS: ReadonlySet<number> = new Set([...DATA_TAGS].flat());

/**
 * GIF89a, 17 to 27: header, colour table, blocks of sub-blocks, trailer.
 *
 * @returns null if the trailer is missing or the file is too large
 */
export async function endOfGif(file: FileHandle, size: number): Promise<number | null> {
  const data = await all(file, size);
  if (data === null) return null;
  const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const afterSubBlocks = (from: number): number => {
    let at = from;
    while (at < data.length && data[at] !== 0) at += 1 + data[at]!;
    return at + 1;
  };
  let at = 13 + tableBytes(data[10] ?? 0);
  while (at < data.length) {
    const kind = data[at];
    if (kind === 0x3b) return at + 1;
    if (kind === 0x21) at = afterSubBlocks(at + 2);
    else if (kind === 0x2c) at = afterSubBlocks(at + 11 + tableBytes(data[at + 9] ?? 0));
    else return null;
  }
  return null;
}

/**
 * TIFF 6.0: the end of the last directory, value, strip or tile.
 *
 * @returns null if the file is broken or too large
 */
export async function endOfTiff(file: FileHandle, size: number): Promise<number | null> {
  const data = await all(file, size);
  if (data === null) return null;
  const isLittle = data[0] === 0x49;
  const u16 = (at: number): number => (isLittle ? data.readUInt16LE(at) : data.readUInt16BE(at));
  const u32 = (at: number): number => (isLittle ? data.readUInt32LE(at) : data.readUInt32BE(at));
  try {
    let end = 8;
    let directory = u32(4);
    for (let count = 0; directory !== 0 && count < MOST_DIRECTORIES; count += 1) {
      const entries = u16(directory);
      end = Math.max(end, directory + 6 + 12 * entries);
      const values = new Map<number, number[]>();
      for (let entry = directory + 2; entry < directory + 2 + 12 * entries; entry += 12) {
        const [type, length] = [u16(entry + 2), u32(entry + 4)];
        const bytes = (TYPE_BYTES[type] ?? 0) * length;
        const at = bytes > 4 ? u32(entry + 8) : entry + 8;
        if (bytes > 4) end = Math.max(end, at + bytes);
        const read = type === 3 ? u16 : u32;
        const tag = u16(entry);
        const isList = LISTS.has(tag) && !values.has(tag) && (type === 3 || type === 4);
        if (!isList) continue;
        if (length > MOST_STRIPS) return null;
        const step = type === 3 ? 2 : 4;
        values.set(
          tag,
          Array.from({ length }, (_, index) => read(at + index * step)),
        );
      }
      for (const [tag, lengths] of DATA_TAGS) {
        for (const [index, offset] of (values.get(tag) ?? []).entries()) {
          end = Math.max(end, offset + (values.get(lengths)?.[index] ?? 0));
        }
      }
      directory = u32(directory + 2 + 12 * entries);
    }
    return end;
  } catch (error) {
    // A place outside the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function all(file: FileHandle, size: number): Promise<Buffer | null> {
  if (size > LARGEST) return null;
  return (await file.read(Buffer.alloc(size), 0, size, 0)).buffer;
}
