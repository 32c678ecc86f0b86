import { extname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { VeilError } from '../errors.ts';
import { frameBytes, type Frame, type Picture } from '../frame/frame.ts';
import { pictureSizes } from './file/decode-args.ts';
import type { Source } from './source.ts';
import { checkSize } from './source-error.ts';

export interface ImageSourceOptions {
  readonly path: string;
  readonly look: { readonly sizes: readonly number[] };
}

const ENDINGS = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/** Pixels beyond which nothing is decoded at all; checkSize then says what is allowed. */
const DECODE_LIMIT = 300_000_000;

/** Whether a file of this name is opened as a still image. */
export function isImage(path: string): boolean {
  return ENDINGS.has(extname(path).toLowerCase());
}

/**
 * Opens a still image as a source of one gbrp frame: upright, in sRGB, without transparency.
 *
 * @throws VeilError INPUT_NOT_MEDIA, INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_UNSUPPORTED
 */
export async function openImageSource({ path, look }: ImageSourceOptions): Promise<Source> {
  // limitInputPixels bounds what a hostile header can make us allocate.
  const image = (): Sharp => sharp(path, { limitInputPixels: DECODE_LIMIT, failOn: 'error' });
  const size = await guard(path, async () => {
    const { autoOrient, pages } = await image().metadata();
    return { width: autoOrient.width, height: autoOrient.height, pages: pages ?? 1 };
  });
  const { width, height } = size;
  if (size.pages > 1) {
    throw new VeilError('INPUT_UNSUPPORTED', `${path} is an animation.`, {
      hint: 'Convert it to a video first: ffmpeg -i input output.mp4',
    });
  }
  checkSize(path, width, height);
  return {
    info: {
      width,
      height,
      format: 'gbrp',
      timeBase: { num: 1, den: 1 },
      frameRate: { num: 1, den: 1 },
      frameCount: 1,
    },
    frames: async function* () {
      const rgb = await guard(path, () => upright(image()).raw().toBuffer());
      if (rgb.length !== width * height * 3) throw damaged(path, `${rgb.length} bytes of pixels`);
      const raw = { raw: { width, height, channels: 3 as const } };
      const pictures = await Promise.all(
        pictureSizes({ width, height, aspect: 1 }, look.sizes).map(async (to): Promise<Picture> => ({
          ...to,
          data: await sharp(rgb, raw).resize(to.width, to.height, { fit: 'fill' }).raw().toBuffer(),
        })),
      );
      const frame: Frame = {
        index: 0,
        pts: 0,
        time: 0,
        width,
        height,
        format: 'gbrp',
        data: toPlanes(rgb, width, height),
      };
      yield { frame, pictures };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Orientation applied, 8 bits, sRGB, transparent parts on white. */
function upright(image: Sharp): Sharp {
  return image.autoOrient().toColourspace('srgb').flatten({ background: '#ffffff' }).removeAlpha();
}

/** Packed RGB to planes in the order G, B, R. */
function toPlanes(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const pixels = width * height;
  const planes = new Uint8Array(frameBytes('gbrp', width, height));
  for (let i = 0, from = 0; i < pixels; i += 1, from += 3) {
    planes[i] = rgb[from + 1]!;
    planes[pixels + i] = rgb[from + 2]!;
    planes[2 * pixels + i] = rgb[from]!;
  }
  return planes;
}

async function guard<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: unknown): VeilError {
  return new VeilError('INPUT_NOT_MEDIA', `${path} is not an image that can be read, or it is damaged.`, {
    hint: 'Open it in a viewer to see whether it is whole.',
    cause,
  });
}
