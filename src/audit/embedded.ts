import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Sharp } from 'sharp';
import { beginsFilm } from '../ffmpeg/container-ends.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import type { Probe } from '../ffmpeg/probe.ts';
import { capture } from '../ffmpeg/process.ts';
import { MOST_PLACES, type SkippedData } from './skipped-data.ts';
import { endOfPlayed } from './trailing-bytes.ts';

/** A file embedded in another one outside its streams, copied into a file of its own. */
export interface EmbeddedFile {
  /** Path of the copy. */
  readonly path: string;
  /** Where it was found, such as "in the bytes behind its end". */
  readonly where: string;
}

/** Signature of JPEG. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Signatures of pictures and videos: JPEG, PNG, Matroska. */
const SIGNATURES = [JPEG, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from([0x1a, 0x45, 0xdf, 0xa3])];

/** The picture below transparent parts, and the alpha channel, which may contain a picture of its own. */
const ALPHA_VIEWS: Readonly<Record<string, (photo: Sharp) => Sharp>> = {
  below: (photo) => photo.removeAlpha(),
  alpha: (photo) => photo.extractChannel('alpha'),
  negative: (photo) => photo.extractChannel('alpha').negate(),
};

/** Limit of files appended one behind another. */
const MOST_BEHIND = 16;

/** An appended file is found if it begins within this many bytes behind the end. */
const HEAD = 1024 * 1024;

/** Larger pictures are not decoded. */
const MOST_PIXELS = 210_000_000;

/**
 * Finds everything in a photo besides its picture.
 *
 * @param folder private, for the copies
 */
export async function* embeddedInPhoto(
  path: string,
  folder: string,
  skipped: readonly SkippedData[],
): AsyncGenerator<EmbeddedFile> {
  const { default: sharp } = await import('sharp');
  const facts = await sharp(path)
    .metadata()
    .catch(() => null);
  if (facts === null) return;
  const thumbnail = facts.exif?.indexOf(JPEG) ?? -1;
  if (facts.exif !== undefined && thumbnail !== -1) {
    const copy = join(folder, 'thumbnail');
    await sharp(facts.exif.subarray(thumbnail), { failOn: 'none' })
      .png()
      .toFile(copy)
      .catch(() => undefined);
    yield { path: copy, where: 'the thumbnail in its EXIF data' };
  }
  if (facts.hasAlpha) {
    for (const [name, view] of Object.entries(ALPHA_VIEWS)) {
      const copy = join(folder, name);
      await view(sharp(path, { limitInputPixels: MOST_PIXELS }).autoOrient())
        .png()
        .toFile(copy)
        .catch(() => undefined);
      yield { path: copy, where: 'what is transparent' };
    }
  }
  yield* inSkippedData(path, folder, skipped);
  yield* behindTheEnd(path, folder);
}

/** Finds files in a video file besides its streams: attached files, and those behind its end. */
export async function* embeddedInVideo(
  path: string,
  folder: string,
  { streamKinds }: Pick<Probe, 'streamKinds'>,
  skipped: readonly SkippedData[],
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
  signal?: AbortSignal,
): AsyncGenerator<EmbeddedFile> {
  for (const [index, kind] of streamKinds.entries()) {
    if (kind !== 'attachment') continue;
    const copy = join(folder, `attachment-${index}`);
    const input = ['-protocol_whitelist', 'file', `-dump_attachment:${index}`, copy, '-i', `file:${path}`];
    // With no output file, ffmpeg ends with an error, but it writes the attachment first.
    await capture(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...input], { signal });
    yield { path: copy, where: `the attached file, stream ${index}` };
  }
  yield* inSkippedData(path, folder, skipped);
  yield* behindTheEnd(path, folder);
}

async function* inSkippedData(
  path: string,
  folder: string,
  skipped: readonly SkippedData[],
): AsyncGenerator<EmbeddedFile> {
  for (const [part, { where, from, to }] of skipped.slice(0, MOST_PLACES).entries()) {
    const copy = join(folder, `skipped-${part}`);
    const start = await beginningAfter(path, from, to);
    await pipeline(createReadStream(path, { start, end: to - 1 }), createWriteStream(copy));
    yield { path: copy, where };
  }
}

/** Files may be appended one behind another. */
async function* behindTheEnd(path: string, folder: string): AsyncGenerator<EmbeddedFile> {
  let before = path;
  for (let part = 1; part <= MOST_BEHIND; part += 1) {
    const end = await endOfPlayed(before);
    if (end === null || end <= 0 || end >= (await stat(before)).size) return;
    const copy = join(folder, `behind-${part}`);
    const start = await beginningAfter(before, end);
    await pipeline(createReadStream(before, { start }), createWriteStream(copy));
    if (before !== path) await rm(before);
    yield { path: copy, where: `the bytes behind its end${part === 1 ? '' : `, part ${part}`}` };
    before = copy;
  }
}

/** Offset of a picture or a video after a place, before the limit; other programs may have put markers before it. */
async function beginningAfter(path: string, end: number, limit = Infinity): Promise<number> {
  await using file = await open(path);
  const length = Math.min(HEAD, limit - end);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end);
  const head = buffer.subarray(0, bytesRead);
  if (bytesRead >= 16 && beginsFilm(head)) return end;
  const places = [
    ...SIGNATURES.map((signature) => head.indexOf(signature)),
    head.indexOf('ftyp', 4, 'latin1') - 4,
  ];
  const found = places.filter((place) => place >= 0);
  return end + (found.length === 0 ? 0 : Math.min(...found));
}
