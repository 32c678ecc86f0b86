import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Binaries } from '../ffmpeg/binaries.ts';
import type { Probe } from '../ffmpeg/probe.ts';
import { capture } from '../ffmpeg/process.ts';
import { endOfPlayed } from './trailing-bytes.ts';

/** Something within a file that is no stream of it, copied into a file of its own. */
export interface EmbeddedFile {
  /** Of its copy. */
  readonly path: string;
  /** As in "in the bytes behind its end". */
  readonly where: string;
}

/** How a JPEG begins. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** How pictures and videos begin: JPEG, PNG, Matroska. */
const SIGNATURES = [JPEG, Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from([0x1a, 0x45, 0xdf, 0xa3])];

/** Things behind one another that are looked at. */
const MOST_BEHIND = 16;

/** Bytes behind the end within which a picture or a video begins. */
const HEAD = 1024 * 1024;

/** Pixels beyond which nothing is decoded. */
const MOST_PIXELS = 210_000_000;

/**
 * What a photo holds besides its picture.
 *
 * @param folder private, for the copies
 */
export async function* embeddedInPhoto(path: string, folder: string): AsyncGenerator<EmbeddedFile> {
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
    const copy = join(folder, 'transparent');
    await sharp(path, { limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .removeAlpha()
      .png()
      .toFile(copy)
      .catch(() => undefined);
    yield { path: copy, where: 'what is transparent' };
  }
  yield* behindTheEnd(path, folder);
}

/** What a video file holds besides its streams: attached files, and what lies behind its end. */
export async function* embeddedInVideo(
  path: string,
  folder: string,
  { streamKinds }: Pick<Probe, 'streamKinds'>,
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
  signal?: AbortSignal,
): AsyncGenerator<EmbeddedFile> {
  for (const [index, kind] of streamKinds.entries()) {
    if (kind !== 'attachment') continue;
    const copy = join(folder, `attachment-${index}`);
    const input = ['-protocol_whitelist', 'file', `-dump_attachment:${index}`, copy, '-i', `file:${path}`];
    // It ends with an error where there is nothing to write besides, and has written the attachment before.
    await capture(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...input], { signal });
    yield { path: copy, where: `the attached file, stream ${index}` };
  }
  yield* behindTheEnd(path, folder);
}

/** One thing may lie behind the end of another. */
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

/** Where a picture or a video begins behind the end; others may have put marks before it. */
async function beginningAfter(path: string, end: number): Promise<number> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, end);
  const head = buffer.subarray(0, bytesRead);
  const places = [
    ...SIGNATURES.map((signature) => head.indexOf(signature)),
    head.indexOf('ftyp', 4, 'latin1') - 4,
  ];
  const found = places.filter((place) => place >= 0);
  return end + (found.length === 0 ? 0 : Math.min(...found));
}
