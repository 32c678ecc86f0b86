import type { FileHandle } from 'node:fs/promises';
import { chunksOf, type PhotoChunk } from '../ffmpeg/chunks.ts';

/** Chunks of PNG (third edition, 2025) and WebP (RFC 9649) with known content: the picture, or what other checks name. */
const KNOWN: ReadonlySet<string> = new Set([
  ...[
    'IHDR',
    'PLTE',
    'IDAT',
    'IEND',
    'tRNS',
    'gAMA',
    'cHRM',
    'sRGB',
    'iCCP',
    'sBIT',
    'bKGD',
    'hIST',
    'pHYs',
    'sPLT',
  ],
  ...['acTL', 'fcTL', 'fdAT', 'cICP', 'mDCV', 'cLLI', 'eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME'],
  ...['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP', 'EXIF', 'XMP '],
]);

/** What chunks of PNG say about a photo besides its picture. */
const TOLD: Readonly<Record<string, string>> = {
  tEXt: 'a text',
  zTXt: 'a text',
  iTXt: 'a text',
  tIME: 'the time of its last change',
};

/** Whether no viewer knows what such a chunk holds. */
export function isUnknown({ name }: PhotoChunk): boolean {
  return !KNOWN.has(name);
}

/** Texts and times in a PNG, a sentence each. */
export async function toldInChunks(file: FileHandle, size: number): Promise<string[]> {
  const told = new Set<string>();
  for await (const { name } of chunksOf(file, size)) {
    const what = TOLD[name];
    if (what !== undefined) told.add(`It has ${what} in its ${name} data.`);
  }
  return [...told];
}
