import { open, type FileHandle } from 'node:fs/promises';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { isBox, topLevelBoxes, type FileBox } from '../ffmpeg/boxes.ts';
import { chunksOf } from '../ffmpeg/chunks.ts';
import { LARGEST_JPEG, metadataOf, type JpegSegment } from '../source/photo/jpeg-end.ts';
import { isUnknown } from './photo-chunks.ts';
import { trailingProblems } from './trailing-bytes.ts';
import { unusedMedia } from './unused-media.ts';

/** Bytes within a file that players and viewers skip. */
export interface SkippedData {
  /** Where it was found, such as `a free box`. */
  readonly where: string;
  /** Offsets of the first and behind the last byte. */
  readonly from: number;
  readonly to: number;
}

/** Boxes that players skip; `free`, `skip` and `wide` are padding. */
const SKIPPED_BOXES: ReadonlySet<string> = new Set(['free', 'skip', 'wide', 'pdin', 'emsg']);

/** Where bytes of media lie that no player reads. */
const UNUSED_MEDIA = 'its media data, of no frame and no sound';

/** Fewer bytes other than 0 are a name of a program or a placeholder. */
const LEAST_BYTES = 256;

/** Limit of places that are listed and searched. */
export const MOST_PLACES = 64;

/** Bytes to read at once. */
const STEP = 1024 * 1024;

/** Beginnings of JPEG segments with known content: the picture's format, or what other checks name. */
const KNOWN_SEGMENTS: Readonly<Record<number, readonly string[]>> = {
  0xe0: ['JFIF\0'],
  0xe1: ['Exif\0', 'http://ns.adobe.com/xap/1.0/\0'],
  0xe2: ['ICC_PROFILE\0', 'MPF\0'],
  0xed: ['Photoshop 3.0\0'],
  0xee: ['Adobe'],
};

/** ISO/IEC 10918-1, B.1: the marker of a comment. */
const COMMENT = 0xfe;

/** JPEG segments that contain more than an application's settings are listed from this size on. */
const LEAST_SEGMENT = 64;

/**
 * Finds data in the padding and the media data of an .mp4 or .mov that no player reads, and in the segments of a JPEG and
 * the chunks of a PNG or WebP that no viewer does.
 *
 * @throws VeilError INTERRUPTED
 */
async function* skippedData(
  path: string,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): AsyncGenerator<SkippedData> {
  await using file = await open(path);
  const { size } = await file.stat();
  const { buffer: head, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
  if (bytesRead < 12) return;
  if (head.readUInt16BE(0) === 0xffd8) yield* skippedSegments(file, size);
  else if (isBox(head.toString('latin1', 4, 8))) {
    yield* skippedBoxes(file, size);
    for (const { from, to } of await unusedMedia(path, file, binaries, signal)) {
      if (await hasData(file, from, to)) yield { where: UNUSED_MEDIA, from, to };
    }
  } else {
    for await (const chunk of chunksOf(file, size)) {
      const { name, from, to } = chunk;
      if (isUnknown(chunk) && to - from >= LEAST_SEGMENT)
        yield { where: `its ${JSON.stringify(name)} data`, from, to };
    }
  }
}

/**
 * The places of such data: one more than {@link MOST_PLACES} if there are more.
 *
 * @throws VeilError INTERRUPTED
 */
export async function skippedPlaces(
  path: string,
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<readonly SkippedData[]> {
  const places: SkippedData[] = [];
  for await (const place of skippedData(path, binaries, signal)) {
    places.push(place);
    if (places.length > MOST_PLACES) break;
  }
  return places;
}

/** Data behind the end of a file, and data that players and viewers skip, a sentence each. */
export async function unplayedProblems(path: string, skipped: readonly SkippedData[]): Promise<string[]> {
  const problems = await trailingProblems(path);
  let unused = 0;
  for (const { where, from, to } of skipped.slice(0, MOST_PLACES)) {
    if (where === UNUSED_MEDIA) {
      unused += to - from;
      continue;
    }
    const who = where.startsWith('a box') ? 'players' : 'viewers';
    problems.push(`It has ${to - from} bytes in ${where}, which ${who} skip.`);
  }
  if (skipped.length > MOST_PLACES) {
    problems.push(`It has such data in more than ${MOST_PLACES} places, and the others are not searched.`);
  }
  // Some recorders leave the header of each fragment there.
  if (unused > 0) problems.push(`It has ${unused} bytes in ${UNUSED_MEDIA}, which players skip.`);
  return problems;
}

async function* skippedBoxes(file: FileHandle, size: number): AsyncGenerator<SkippedData> {
  const boxes: FileBox[] = [];
  for await (const box of topLevelBoxes(file, size)) boxes.push(box);
  // In pictures, `meta` describes them; in films it lies within `moov`.
  const isFilm = boxes.some(({ name }) => name === 'moov');
  for (const { name, from, to } of boxes) {
    if (!SKIPPED_BOXES.has(name) && !(isFilm && name === 'meta')) continue;
    if (await hasData(file, from, Math.min(to, size))) {
      yield { where: `a box of type ${name}`, from, to: Math.min(to, size) };
    }
  }
}

async function hasData(file: FileHandle, from: number, to: number): Promise<boolean> {
  let count = 0;
  for (let at = from; at < to && count < LEAST_BYTES; at += STEP) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(STEP, to - at)), 0, null, at);
    for (const byte of buffer.subarray(0, bytesRead)) if (byte !== 0) count += 1;
  }
  return count >= LEAST_BYTES;
}

/** Whether a segment of a JPEG is a comment that is a text, or too short for more. */
export function isComment({ marker, from, to }: JpegSegment, jpeg: Buffer): boolean {
  if (marker !== COMMENT) return false;
  const text = jpeg.toString('utf8', from, to).replace(/\0+$/, '');
  return to - from < LEAST_SEGMENT || !/[^\P{Cc}\s]|\ufffd/u.test(text);
}

async function* skippedSegments(file: FileHandle, size: number): AsyncGenerator<SkippedData> {
  const { buffer: data } = await file.read(Buffer.alloc(Math.min(size, LARGEST_JPEG)), 0, null, 0);
  for (const segment of metadataOf(data)) {
    const { marker, from, to } = segment;
    if (isComment(segment, data)) continue;
    const isKnown = KNOWN_SEGMENTS[marker]?.some(
      (start) => data.toString('latin1', from, from + start.length) === start,
    );
    if (isKnown !== true && to - from >= LEAST_SEGMENT) {
      yield { where: marker === COMMENT ? 'a comment' : `its APP${marker - 0xe0} data`, from, to };
    }
  }
}
