import { unplayedProblems } from './skipped-data.ts';

/** Signature of JPEG. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Content of a photo besides its picture, a sentence each. None for an unreadable file: opening it states why. */
export async function imageProblems(path: string): Promise<string[]> {
  const { default: sharp } = await import('sharp');
  const facts = await sharp(path)
    .metadata()
    .catch(() => null);
  if (facts === null) return [];
  const problems = await unplayedProblems(path);
  if (facts.exif?.includes(JPEG) === true) problems.push('It has a thumbnail in its EXIF data.');
  for (const [name, data] of Object.entries({ EXIF: facts.exif, XMP: facts.xmp, IPTC: facts.iptc })) {
    if (data !== undefined) problems.push(`It has ${name} data.`);
  }
  if (facts.hasAlpha) problems.push('It has transparency, which hides a picture that can be made visible.');
  return problems;
}
