import { trailingProblems } from './trailing-bytes.ts';

/** How a JPEG begins. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** What a photo holds besides its picture, a sentence each. A file that can't be read gives none: opening it says why. */
export async function imageProblems(path: string): Promise<string[]> {
  const { default: sharp } = await import('sharp');
  const facts = await sharp(path)
    .metadata()
    .catch(() => null);
  if (facts === null) return [];
  const problems = await trailingProblems(path);
  if (facts.exif?.includes(JPEG) === true) problems.push('It has a thumbnail in its EXIF data.');
  for (const [name, data] of Object.entries({ EXIF: facts.exif, XMP: facts.xmp, IPTC: facts.iptc })) {
    if (data !== undefined) problems.push(`It has ${name} data.`);
  }
  if (facts.hasAlpha) problems.push('It has transparency, which hides a picture that can be made visible.');
  return problems;
}
