import { open, type FileHandle } from 'node:fs/promises';
import { boxesOf } from './boxes.ts';
import { EBML_HEAD, elementAt, elementsIn } from './ebml.ts';

/** What a container says of how players are to show a video track. */
export interface StatedCrop {
  /** Edges that are not shown, pixels. */
  readonly crop: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  /** Shape in which what is left of the picture is shown; null if it is not stated. */
  readonly shape: { readonly width: number; readonly height: number } | null;
}

/** Limits of elements at the top, and of the bytes of an index. */
const MOST = { parts: 1000, bytes: 64 * 1024 * 1024 };

const WHOLE: StatedCrop = { crop: { left: 0, right: 0, top: 0, bottom: 0 }, shape: null };

/**
 * What Matroska (`PixelCrop…`) and QuickTime (`clap`) say of their video tracks, in their order. ffmpeg
 * follows it from 7.1 on only. Empty for other containers.
 *
 * @param format ffmpeg's names of the container
 * @throws the system's error if the file can't be read
 */
export async function statedCrops(path: string, format: string): Promise<StatedCrop[]> {
  if (!/matroska|mov/.test(format)) return [];
  await using file = await open(path);
  const { size } = await file.stat();
  return format.includes('mov') ? await cropsOfMov(file, size) : await cropsOfMatroska(file, size);
}

/** IDs of Matroska (RFC 9559, 5.1). */
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const TRACK = 0xae;
const VIDEO = 0xe0;
const CROP = { bottom: 0x54aa, top: 0x54bb, left: 0x54cc, right: 0x54dd };
const DISPLAY = { width: 0x54b0, height: 0x54ba, unit: 0x54b2 };

async function cropsOfMatroska(file: FileHandle, size: number): Promise<StatedCrop[]> {
  let at = 0;
  for (let part = 0; part < MOST.parts && at < size; part += 1) {
    const { buffer: head } = await file.read(Buffer.alloc(EBML_HEAD), 0, EBML_HEAD, at);
    const element = elementAt(head);
    // Tracks come before the packets.
    if (element === null || element.id === CLUSTER) return [];
    if (element.id === TRACKS) {
      const tracks = await contentOf(file, at + element.from, Math.min(at + element.to, size));
      return [...elementsIn(tracks)].flatMap(({ id, content }) =>
        id === TRACK ? [...elementsIn(content)].flatMap(cropOfTrack) : [],
      );
    }
    at += element.id === SEGMENT ? element.from : element.to;
  }
  return [];
}

function cropOfTrack({ id, content }: { readonly id: number; readonly content: Buffer }): StatedCrop[] {
  if (id !== VIDEO) return [];
  const values = new Map([...elementsIn(content)].map((each) => [each.id, each.content]));
  const count = (name: number): number => unsigned(values.get(name));
  const [width, height] = [count(DISPLAY.width), count(DISPLAY.height)];
  // 4: unknown.
  const isShape = width > 0 && height > 0 && count(DISPLAY.unit) !== 4;
  return [
    {
      crop: {
        ...{ left: count(CROP.left), right: count(CROP.right) },
        ...{ top: count(CROP.top), bottom: count(CROP.bottom) },
      },
      shape: isShape ? { width, height } : null,
    },
  ];
}

function unsigned(bytes: Buffer | undefined): number {
  return bytes === undefined || bytes.length === 0 || bytes.length > 6
    ? 0
    : bytes.readUIntBE(0, bytes.length);
}

async function cropsOfMov(file: FileHandle, size: number): Promise<StatedCrop[]> {
  for await (const { name, from, to } of boxesOf(file, size, MOST.parts)) {
    if (name !== 'moov') continue;
    const index = await contentOf(file, from, Math.min(to, size));
    return within(index, 'trak').flatMap((track) => {
      const [media] = within(track, 'mdia');
      const [handler] = within(media, 'hdlr');
      if (handler?.toString('latin1', 8, 12) !== 'vide') return [];
      const [table] = within(within(media, 'minf')[0], 'stbl');
      const [description] = within(table, 'stsd');
      return [cleanAperture(description?.subarray(8))];
    });
  }
  return [];
}

/** Bytes of a video's sample description before the boxes in it, with its head. */
const DESCRIPTION = 86;

/** ISO/IEC 14496-12, 12.1.4: size of what is shown and offset of its middle, as fractions. */
function cleanAperture(description: Buffer | undefined): StatedCrop {
  if (description === undefined || description.length < DESCRIPTION) return WHOLE;
  const [box] = within(description.subarray(DESCRIPTION), 'clap');
  if (box === undefined || box.length < 32) return WHOLE;
  const [width, height, across, down] = [0, 8, 16, 24].map(
    (at) => box.readInt32BE(at) / box.readInt32BE(at + 4),
  );
  const stored = { width: description.readUInt16BE(32), height: description.readUInt16BE(34) };
  const [x, right] = edgesOf(stored.width, width!, across!);
  const [y, bottom] = edgesOf(stored.height, height!, down!);
  return { ...WHOLE, crop: { left: x, right, top: y, bottom } };
}

/** Pixels before and behind a part of this length whose middle is that far from the middle of all. */
function edgesOf(all: number, part: number, offset: number): [before: number, behind: number] {
  const before = Math.round((all - part) / 2 + offset);
  const behind = all - before - Math.round(part);
  return before >= 0 && behind >= 0 ? [before, behind] : [0, 0];
}

/** Contents of the boxes of this name. */
function within(content: Buffer | undefined, name: string): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  while (content !== undefined && at + 8 <= content.length) {
    const length = content.readUInt32BE(at);
    if (length < 8) break;
    if (content.toString('latin1', at + 4, at + 8) === name)
      found.push(content.subarray(at + 8, at + length));
    at += length;
  }
  return found;
}

async function contentOf(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const content = Buffer.alloc(Math.max(0, Math.min(to - from, MOST.bytes)));
  const { bytesRead } = await file.read(content, 0, content.length, from);
  return content.subarray(0, bytesRead);
}
