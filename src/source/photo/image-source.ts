import { stat } from 'node:fs/promises';
import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';
import type { Frame, Picture } from '../../frame/frame.ts';
import { planesOfRgb } from '../../frame/rgb.ts';
import { pictureSizes } from '../file/decode-args.ts';
import type { Source } from '../source.ts';
import { checkPhotoSize } from '../source-error.ts';
import { behindJpeg, type BehindJpeg } from './jpeg-end.ts';
import { decodePhoto, type DecodedPhoto } from './decode-photo.ts';
import type { InputReading } from '../../frame/input-reading.ts';
import { pictureFormatOf, type PictureFormat } from './picture-format.ts';
import { checkReadable, notAPicture } from './picture-support.ts';

export interface ImageSourceOptions {
  readonly path: string;
  readonly look: { readonly sizes: readonly number[] };
  readonly signal?: AbortSignal | undefined;
}

/** A source of one picture. */
export interface ImageSource extends Source {
  readonly reading: InputReading;
  /** Conversions of the input, a sentence each. */
  readonly notes: readonly string[];
  /** Reasons for a look at the output, a sentence each. */
  readonly doubts: readonly string[];
}

/** Pictures with a larger aspect ratio get larger looks, to keep their number of pixels. */
const WIDE = 2;

/**
 * Opens a still image as a source of one gbrp frame: upright, in sRGB, without transparency.
 *
 * @throws VeilError INPUT_NOT_MEDIA, INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_UNSUPPORTED, INPUT_UNREADABLE, INTERRUPTED
 */
export async function openImageSource({ path, look, signal }: ImageSourceOptions): Promise<ImageSource> {
  const format = await pictureFormatOf(path);
  await checkReadable(path, format);
  const behind = format === 'jpeg' ? await behindJpeg(path) : null;
  if (behind?.isNextFrame === true) throw motionJpeg(path);
  const photo = await decodePhoto(path, signal);
  const { width, height, pages, pixels } = photo;
  if (pages > 1) {
    throw new VeilError(
      'INPUT_UNSUPPORTED',
      `${path} holds ${pages} pictures, of which one would be covered.`,
      {
        hint: 'Save each of them as a file of its own first.',
      },
    );
  }
  checkPhotoSize(path, width, height);
  if (pixels.length !== width * height * 3) throw notAPicture(path, `${pixels.length} bytes of pixels`);
  return {
    info: {
      width,
      height,
      format: 'gbrp',
      timeBase: { num: 1, den: 1 },
      frameRate: { num: 1, den: 1 },
      frameCount: 1,
    },
    reading: readingOf(format!, photo, (await stat(path)).size),
    notes: notesOn(photo, behind),
    doubts: photo.isDamaged ? ['The photo is damaged: parts of it may be missing or smeared.'] : [],
    frames: async function* () {
      const pictures = await picturesOf(photo, look.sizes);
      const place = { index: 0, pts: 0, time: 0 };
      const frame: Frame = {
        ...place,
        width,
        height,
        format: 'gbrp',
        data: planesOfRgb(pixels, width * height),
      };
      yield { frame, pictures };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function motionJpeg(path: string): VeilError {
  return new VeilError(
    'INPUT_UNSUPPORTED',
    `${path} holds several pictures of one size, as Motion JPEG does, of which one would be covered.`,
    {
      hint: `Make a video of them first: ffmpeg -f mjpeg -i ${shellWord(path)} -c copy ${shellWord(`${path}.mkv`)}`,
    },
  );
}

function notesOn({ hasAlpha, bits }: DecodedPhoto, behind: BehindJpeg | null): string[] {
  return [
    ...(behind === null
      ? []
      : [`Left out: ${behind.bytes} bytes behind the picture, which may be a video or another picture.`]),
    ...(hasAlpha ? ['What is transparent in the photo is white in the output.'] : []),
    ...(bits > 8 ? [`The photo has ${bits} bits a sample, the output has 8.`] : []),
  ];
}

function readingOf(
  format: PictureFormat,
  { width, height, hasAlpha, bits }: DecodedPhoto,
  bytes: number,
): InputReading {
  const size = `${width}x${height}`;
  const color = { range: 'pc', space: null, primaries: 'bt709', transfer: 'iec61966-2-1' };
  return {
    format,
    bytes,
    duration: null,
    video: {
      ...{ stream: 0, codec: format, of: 1, stored: size, shown: size, rotation: 0, pixelShape: '1:1' },
      ...{
        pixelFormat: 'rgb24',
        bitDepth: bits,
        hasAlpha,
        fieldOrder: 'progressive',
        frameRate: 1,
        frames: 1,
      },
      ...{ duration: null, ...color, dolbyVision: null },
    },
    audio: [],
  };
}

async function picturesOf(
  { width, height, pixels }: DecodedPhoto,
  sizes: readonly number[],
): Promise<Picture[]> {
  // Loaded on demand: videos do not need it.
  const { default: sharp } = await import('sharp');
  const shape = Math.max(width, height) / Math.min(width, height);
  const factor = Math.sqrt(Math.max(1, shape / WIDE));
  const larger = sizes.map((size) => Math.round(size * factor));
  return Promise.all(
    pictureSizes({ width, height, aspect: 1 }, larger).map(async (to): Promise<Picture> => {
      const raw = { raw: { width, height, channels: 3 as const } };
      const data = await sharp(pixels, raw).resize(to.width, to.height, { fit: 'fill' }).raw().toBuffer();
      return { ...to, data };
    }),
  );
}
