import sharp from 'sharp';
import type { Grey } from '../track-box/template.ts';

/** Converts a JPEG to greyscale. */
export async function greyPicture(jpeg: Buffer): Promise<Grey> {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
