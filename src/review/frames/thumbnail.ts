import sharp from 'sharp';
import { growBox, scaleBox, type Box } from '../../frame/box.ts';

/** Pixels, both ways. */
const SIDE = 112;
/** Margin around a face, as a share of it: enough to recognise the person and the place. */
const MARGIN = 1.1;

/**
 * A square picture of a face with a margin.
 *
 * @param jpeg the frame
 * @param box of the face, in pixels of the video
 * @param size of the picture, pixels both ways
 * @returns a JPEG
 */
export async function thumbnail(
  jpeg: Buffer,
  box: Box,
  video: { readonly width: number; readonly height: number },
  size: number = SIDE,
): Promise<Buffer> {
  const { width, height } = await sharp(jpeg).metadata();
  const face = scaleBox(box, width / video.width, height / video.height);
  const side = Math.max(face.width, face.height);
  const square = growBox(
    { x: face.x + (face.width - side) / 2, y: face.y + (face.height - side) / 2, width: side, height: side },
    MARGIN,
  );
  const left = clamp(Math.round(square.x), width - 1);
  const top = clamp(Math.round(square.y), height - 1);
  const region = {
    ...{ left, top },
    width: Math.max(1, Math.min(Math.round(square.width), width - left)),
    height: Math.max(1, Math.min(Math.round(square.height), height - top)),
  };
  return sharp(jpeg).extract(region).resize(size, size, { fit: 'cover' }).jpeg({ quality: 80 }).toBuffer();
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
