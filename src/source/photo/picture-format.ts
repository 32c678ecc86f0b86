import { brandsOf, headOf } from '../file-head.ts';

/** Picture formats, identified by content. */
export type PictureFormat =
  | 'jpeg'
  | 'png'
  | 'webp'
  | 'tiff'
  | 'avif'
  | 'apng'
  | 'gif'
  | 'animated WebP'
  | 'animated AVIF'
  | 'HEIC'
  | 'raw'
  | 'SVG'
  | 'BMP'
  | 'JPEG XL'
  | 'JPEG 2000'
  | 'Photoshop';

/**
 * The format of a picture by its content: its name proves nothing.
 *
 * @returns null for videos, and for files that are unknown or unreadable: opening them reports the error
 */
export async function pictureFormatOf(path: string): Promise<PictureFormat | null> {
  const head = await headOf(path);
  if (head === null) return null;
  const [format] = Object.entries(SIGNATURES).find(([, fits]) => fits(head)) ?? [null];
  return format as PictureFormat | null;
}

const PNG = /^\x89PNG\r\n\x1a\n/;

/** The first match counts. */
const SIGNATURES: Readonly<Partial<Record<PictureFormat, (head: Buffer) => boolean>>> = {
  jpeg: (head) => begins(head, /^\xff\xd8\xff/),
  apng: (head) => begins(head, PNG) && isAnimatedPng(head),
  png: (head) => begins(head, PNG),
  // The extended format has a byte of flags.
  'animated WebP': (head) => begins(head, /^RIFF[^]{4}WEBPVP8X/) && (head[20]! & 2) !== 0,
  webp: (head) => begins(head, /^RIFF[^]{4}WEBP/),
  raw: (head) =>
    begins(head, /^(?:II\*\0[^]{4}CR|IIRO|IIRS|IIU\0|FUJIFILM)/) || brandsOf(head).includes('crx '),
  tiff: (head) => begins(head, /^(?:II[*+]\0|MM\0[*+])/),
  'animated AVIF': (head) => brandsOf(head)[0] === 'avis',
  avif: (head) => brandsOf(head).includes('avif'),
  HEIC: (head) => brandsOf(head).some((brand) => HEIC_BRANDS.has(brand)),
  gif: (head) => begins(head, /^GIF8[79]a/),
  SVG: (head) =>
    /^(?:\xef\xbb\xbf)?\s*<(?:[?!][^]*<)?(?:\w+:)?svg[\s>]/i.test(head.toString('latin1', 0, 4096)),
  BMP: (head) => begins(head, /^BM[^]{4}\0\0\0\0/),
  'JPEG XL': (head) => begins(head, /^(?:\xff\x0a|\0\0\0\x0cJXL )/),
  'JPEG 2000': (head) => begins(head, /^(?:\xff\x4f\xff\x51|\0\0\0\x0cjP {2})/),
  Photoshop: (head) => begins(head, /^8BPS/),
};

const HEIC_BRANDS: ReadonlySet<string> = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'mif1',
  'msf1',
]);

function begins(head: Buffer, pattern: RegExp): boolean {
  return pattern.test(head.toString('latin1', 0, 64));
}

/** PNG (ISO/IEC 15948), 5.3: an animation has this chunk before its pixels. */
function isAnimatedPng(head: Buffer): boolean {
  for (let at = 8; at + 8 <= head.length; at += 12 + head.readUInt32BE(at)) {
    const name = head.toString('latin1', at + 4, at + 8);
    if (name === 'acTL') return true;
    if (name === 'IDAT') return false;
  }
  return false;
}
