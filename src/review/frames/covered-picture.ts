import sharp from 'sharp';
import { createAnonymizer } from '../../anonymize/anonymizer.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { scaleBox } from '../../frame/box.ts';
import type { AnonymizedFrame, Frame } from '../../frame/frame.ts';
import { planesOfRgb, rgbOfPlanes } from '../../frame/rgb.ts';
import type { TrackBox } from '../../frame/track.ts';
import { silentLogger } from '../../logger.ts';

/** How heads are covered. */
export type CoverStyle = Pick<ResolvedConfig, 'style' | 'cells' | 'shape' | 'padding' | 'color'>;

/** Boxes of a frame, in pixels of a picture of this size. */
export interface PictureBoxes {
  readonly index: number;
  /** Null: the whole frame is covered. */
  readonly boxes: readonly TrackBox[] | null;
  readonly video: { readonly width: number; readonly height: number };
}

/**
 * A frame as it will be in the output, drawn by the same code. Each frame is sampled by itself; in the output a head
 * keeps its cells for a while, so shades may differ slightly.
 *
 * @param jpeg the frame without covers
 * @param seed of the noise, the same as for the output
 * @returns a JPEG
 */
export async function coveredPicture(
  jpeg: Buffer,
  { index, boxes, video }: PictureBoxes,
  style: CoverStyle,
  seed: string,
): Promise<Buffer> {
  if (boxes?.length === 0) return jpeg;
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const planes = planesOfRgb(data, width * height);
  const frame: Frame = { index, pts: index, time: 0, width, height, format: 'gbrp', data: planes };
  return encode(await coverFrame(frame, { index, boxes, video }, style, seed));
}

/**
 * Covers a frame in place, as in the output: see {@link coveredPicture}.
 *
 * @param frame in `gbrp`, of any size
 */
export async function coverFrame(
  frame: Frame,
  { boxes, video }: PictureBoxes,
  { style, cells, shape, padding, color }: CoverStyle,
  seed: string,
): Promise<AnonymizedFrame> {
  const { width, height } = frame;
  const anonymizer = await createAnonymizer({
    ...{ style, cells, shape, padding, color },
    anonymizer: 'cpu',
    ...{ format: frame.format, width, height, logger: silentLogger, seed },
  });
  const scaled = (boxes ?? []).map((each) => ({
    ...each,
    box: scaleBox(each.box, width / video.width, height / video.height),
  }));
  return boxes === null ? anonymizer.curtain(frame) : anonymizer.anonymize(frame, scaled);
}

function encode(frame: AnonymizedFrame): Promise<Buffer> {
  const { width, height } = frame;
  return sharp(rgbOfPlanes(frame), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88, chromaSubsampling: '4:2:0' })
    .toBuffer();
}
