import { open } from 'node:fs/promises';
import { LARGEST_JPEG, metadataOf } from '../source/photo/jpeg-end.ts';
import { toldInChunks } from './photo-chunks.ts';
import { isComment, unplayedProblems, type SkippedData } from './skipped-data.ts';

/** Signature of JPEG. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Content of a photo besides its picture, a sentence each. None for an unreadable file: opening it states why. */
export async function imageProblems(path: string, skipped: readonly SkippedData[]): Promise<string[]> {
  const { default: sharp } = await import('sharp');
  const facts = await sharp(path)
    .metadata()
    .catch(() => null);
  if (facts === null) return [];
  const problems = [...(await unplayedProblems(path, skipped)), ...(await textProblems(path))];
  if (facts.exif?.includes(JPEG) === true) problems.push('It has a thumbnail in its EXIF data.');
  for (const [name, data] of Object.entries({ EXIF: facts.exif, XMP: facts.xmp, IPTC: facts.iptc })) {
    if (data !== undefined) problems.push(`It has ${name} data.`);
  }
  if (facts.hasAlpha) problems.push('It has transparency, which hides a picture that can be made visible.');
  return problems;
}

/** Texts that viewers show. */
async function textProblems(path: string): Promise<string[]> {
  await using file = await open(path);
  const { size } = await file.stat();
  const { buffer: head } = await file.read(Buffer.alloc(2), 0, 2, 0);
  if (head.readUInt16BE(0) !== 0xffd8) return await toldInChunks(file, size);
  const { buffer: data } = await file.read(Buffer.alloc(Math.min(size, LARGEST_JPEG)), 0, null, 0);
  return [...metadataOf(data)].some((segment) => isComment(segment, data)) ? ['It has a comment.'] : [];
}
