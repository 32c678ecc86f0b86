import sharp from 'sharp';
import type { Box } from '../../frame/box.ts';
import type { Frame } from '../../frame/frame.ts';

/**
 * Cuts a part out of a frame at full resolution.
 *
 * @param frame in `gbrp`
 * @param part whole pixels inside the frame
 * @returns a JPEG that is visually lossless, with full chroma
 */
export function framePart(
  { data, width, height }: Pick<Frame, 'data' | 'width' | 'height'>,
  part: Box,
): Promise<Buffer> {
  const pixels = width * height;
  const rgb = new Uint8Array(3 * part.width * part.height);
  let to = 0;
  for (let y = part.y; y < part.y + part.height; y += 1) {
    const end = y * width + part.x + part.width;
    for (let from = y * width + part.x; from < end; from += 1, to += 3) {
      rgb[to] = data[2 * pixels + from]!;
      rgb[to + 1] = data[from]!;
      rgb[to + 2] = data[pixels + from]!;
    }
  }
  return sharp(rgb, { raw: { width: part.width, height: part.height, channels: 3 } })
    .jpeg({ quality: 96, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
