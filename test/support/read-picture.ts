import sharp from 'sharp';
import type { Picture } from '../../src/frame/frame.ts';

/** A photo as the detector gets it: RGB, scaled to this width, and stretched to the height, if given. */
export async function readPicture(path: string, width: number, height?: number): Promise<Picture> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .resize({ width, ...(height === undefined ? {} : { height, fit: 'fill' }) })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}
