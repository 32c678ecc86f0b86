import type { FileHandle } from 'node:fs/promises';

/** A chunk of a PNG or WebP: its name, and the offsets of its content. */
export interface PhotoChunk {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** More chunks than any real photo has. */
const MOST_CHUNKS = 100_000;

/** The chunks of a PNG or WebP; none of any other file. */
export async function* chunksOf(file: FileHandle, size: number): AsyncGenerator<PhotoChunk> {
  const { buffer: head } = await file.read(Buffer.alloc(16), 0, 16, 0);
  const isPng = head.toString('latin1', 1, 4) === 'PNG';
  if (!isPng && head.toString('latin1', 8, 12) !== 'WEBP') return;
  let at = isPng ? 8 : 12;
  for (let chunk = 0; chunk < MOST_CHUNKS && at + 8 <= size; chunk += 1) {
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, at);
    const length = isPng ? buffer.readUInt32BE(0) : buffer.readUInt32LE(4);
    const name = isPng ? buffer.toString('latin1', 4, 8) : buffer.toString('latin1', 0, 4);
    yield { name, from: at + 8, to: Math.min(size, at + 8 + length) };
    if (name === 'IEND') return;
    // PNG: a check sum. RIFF: padding to an even length.
    at += 8 + length + (isPng ? 4 : length % 2);
  }
}
