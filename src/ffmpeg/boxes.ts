import type { FileHandle } from 'node:fs/promises';

/** Limit of top-level boxes to read. */
const MOST_BOXES = 100_000;

/** Top-level boxes of files from Veil, ffmpeg and phones, and of AVIF. */
const BOXES: ReadonlySet<string> = new Set([
  ...['ftyp', 'moov', 'mdat', 'moof', 'mfra', 'sidx', 'styp', 'meta'],
  ...['free', 'skip', 'wide', 'pdin', 'emsg'],
]);

/** Whether a name is that of a top-level box of MP4. */
export function isBox(name: string): boolean {
  return BOXES.has(name);
}

/** A box of a file. Offsets: of the box, of its content, and behind it; a cut file ends before `to`. */
export interface FileBox {
  readonly name: string;
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/**
 * ISO/IEC 14496-12, 4.2: boxes one behind another, with sizes of 32 or 64 bits, whatever their names. Stops at what has
 * no valid size.
 */
export async function* boxesOf(file: FileHandle, size: number, most = MOST_BOXES): AsyncGenerator<FileBox> {
  let at = 0;
  for (let box = 0; box < most && at + 8 <= size; box += 1) {
    // Zeros where the file is shorter.
    const { buffer: head } = await file.read(Buffer.alloc(16), 0, 16, at);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return;
    const from = at + (short === 1 ? 16 : 8);
    yield { name: head.toString('latin1', 4, 8), start: at, from, to: at + length };
    at += length;
  }
}

/** The boxes of one film: up to an unknown one, or the start of another film. */
export async function* topLevelBoxes(file: FileHandle, size: number): AsyncGenerator<FileBox> {
  for await (const box of boxesOf(file, size)) {
    if (!isBox(box.name) || (box.start > 0 && box.name === 'ftyp')) return;
    yield box;
  }
}

/** MP4, MOV and AVIF: the end of the last known box. */
export async function endOfBoxes(file: FileHandle, size: number): Promise<number> {
  let end = 0;
  for await (const { to } of topLevelBoxes(file, size)) end = to;
  return end;
}
