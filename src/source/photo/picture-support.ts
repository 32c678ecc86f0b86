import { extname } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';
import { beginsFilm } from '../../ffmpeg/container-ends.ts';
import { headOf } from '../file-head.ts';
import { pictureFormatOf, type PictureFormat } from './picture-format.ts';

/** How a picture format is read: by sharp as a photo, by ffmpeg as a video, or not at all. HEIC depends on sharp. */
const READ_AS: Readonly<Record<PictureFormat, 'photo' | 'video' | 'nothing'>> = {
  jpeg: 'photo',
  png: 'photo',
  webp: 'photo',
  tiff: 'photo',
  avif: 'photo',
  apng: 'video',
  gif: 'video',
  'animated WebP': 'nothing',
  'animated AVIF': 'nothing',
  HEIC: 'nothing',
  raw: 'nothing',
  SVG: 'nothing',
  BMP: 'nothing',
  'JPEG XL': 'nothing',
  'JPEG 2000': 'nothing',
  Photoshop: 'nothing',
};

/** Names of photos, for files whose content does not identify them. */
const PHOTO_NAME = /\.(?:jpe?g|jpe|jfif|png|webp|tiff?|avif)$/i;

/** Whether sharp was built with a decoder for HEIC, which its prebuilt packages lack. */
export async function readsHeic(): Promise<boolean> {
  // Loaded on demand: it takes as long as the rest of Veil, and videos do not need it.
  const { default: sharp } = await import('sharp');
  return sharp.format.heif.input.fileSuffix?.includes('.heic') === true;
}

/** Whether a file is opened as a photo: by its content, or by its name if the content does not identify it. */
export async function isPhoto(path: string): Promise<boolean> {
  const format = await pictureFormatOf(path);
  return format === null ? PHOTO_NAME.test(path) : READ_AS[format] !== 'video';
}

/**
 * @param format null if the content is not a picture
 * @throws VeilError INPUT_NOT_MEDIA, INPUT_UNSUPPORTED unless sharp can read it
 */
export async function checkReadable(path: string, format: PictureFormat | null): Promise<void> {
  if (format === null) throw (await beginsAsFilm(path)) ? filmNamedPhoto(path) : notAPicture(path);
  if (READ_AS[format] === 'photo' || (format === 'HEIC' && (await readsHeic()))) return;
  throw new VeilError(
    'INPUT_UNSUPPORTED',
    `${path} is ${article(format)} ${format} picture, which Veil can't read.`,
    {
      hint: convertHint(path, format),
    },
  );
}

async function beginsAsFilm(path: string): Promise<boolean> {
  const head = await headOf(path, 16);
  return head?.length === 16 && (beginsFilm(head) || head.toString('latin1', 8, 12) === 'AVI ');
}

function filmNamedPhoto(path: string): VeilError {
  const to = `${path.slice(0, path.length - extname(path).length)}.mkv`;
  return new VeilError('INPUT_NOT_MEDIA', `${path} has the name of a photo, but it is a video.`, {
    hint: `Rename it to the name of a video, for example: mv ${shellWord(path)} ${shellWord(to)}`,
  });
}

/** The error for a picture that can't be read. */
export function notAPicture(path: string, cause?: unknown): VeilError {
  return new VeilError('INPUT_NOT_MEDIA', `${path} is not a photo that can be read, or it is damaged.`, {
    hint: 'Open it in a viewer to see whether it is whole.',
    cause,
  });
}

/** How to convert a picture into one that Veil can read. */
export function convertHint(path: string, format: PictureFormat): string {
  const from = shellWord(path);
  const stem = path.slice(0, path.length - extname(path).length);
  if (format === 'animated WebP' || format === 'animated AVIF') {
    return `Convert it with ImageMagick first: magick ${from} ${shellWord(`${stem}.gif`)}`;
  }
  const to = shellWord(`${stem}.converted.png`);
  const mac = format === 'HEIC' ? `sips -s format png ${from} --out ${to} on a Mac, ` : '';
  return `Convert it first: ${mac}magick ${from} ${to}${mac === '' ? ' (ImageMagick)' : ' elsewhere (ImageMagick)'}`;
}

function article(format: PictureFormat): string {
  return /^[aeiou]|^SVG/i.test(format) ? 'an' : 'a';
}
