import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { VeilError } from '../errors.ts';
import { rgbOfPlanes } from '../frame/rgb.ts';
import { outputError } from './output-error.ts';
import type { Sink } from './sink.ts';
import { checkTarget } from './target.ts';
import { openTemporaryFile } from './temporary-file.ts';

export interface ImageSinkOptions {
  /** Path of the output image; its extension selects the format. */
  readonly output: string;
  readonly input: string;
  readonly overwrite: boolean;
}

type Format = 'jpeg' | 'png' | 'webp';

const FORMATS: Readonly<Record<string, Format>> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.png': 'png',
  '.webp': 'webp',
};

/** Maximum side of each format, pixels. */
const LARGEST_SIDE: Readonly<Record<Format, number>> = { jpeg: 65_535, png: 2 ** 31 - 1, webp: 16_383 };

/** Close to what cameras use, and visually lossless. */
const QUALITY = 92;

/**
 * Prepares a still image. It is written without any metadata.
 *
 * @throws VeilError OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, CONFIG_INVALID
 */
export async function openImageSink({ output, input, overwrite }: ImageSinkOptions): Promise<Sink> {
  const format = FORMATS[extname(output).toLowerCase()];
  if (format === undefined) {
    throw new VeilError(
      'CONFIG_INVALID',
      `Veil does not write ${extname(output) || 'images without an ending'}.`,
      {
        hint: `Use one of ${Object.keys(FORMATS).join(', ')}.`,
      },
    );
  }
  const target = await checkTarget({ path: output, overwrite, input, kind: 'image' });
  const temporary = await openTemporaryFile(target);
  let isWritten = false;
  return {
    write: async (frame) => {
      if (isWritten) throw new VeilError('INTERNAL', 'An image has one frame.');
      isWritten = true;
      const { default: sharp } = await import('sharp');
      const { width, height } = frame;
      if (Math.max(width, height) > LARGEST_SIDE[format]) throw tooLarge(output, LARGEST_SIDE[format]);
      try {
        const picture = await sharp(rgbOfPlanes(frame), { raw: { width, height, channels: 3 } })
          .toFormat(format, format === 'png' ? {} : { quality: QUALITY })
          .toBuffer();
        // Not by sharp, which does not report a full disk.
        await writeFile(temporary.path, picture);
      } catch (cause) {
        throw outputError(cause, output);
      }
    },
    finish: async (beforePlacing) => {
      if (!isWritten) throw new VeilError('INTERNAL', 'An image without its frame was to be finished.');
      await beforePlacing?.(temporary.path);
      await temporary.place(overwrite);
    },
    abort: () => temporary.remove(),
  };
}

function tooLarge(output: string, side: number): VeilError {
  return new VeilError('CONFIG_INVALID', `${output} can't be wider or higher than ${side} pixels.`, {
    hint: 'Write it as .jpg or .png with -o.',
  });
}
