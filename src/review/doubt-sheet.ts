import sharp from 'sharp';
import { MOST_TILES, sheetOf, type Tile } from '../audit/contact-sheet.ts';
import type { ReportSpan } from '../documents/track-record.ts';
import type { UncertaintyReason } from '../frame/track.ts';
import { someFrames, type SomeFrames } from './frames/some-frames.ts';
import { thumbnail } from './frames/thumbnail.ts';

export interface DoubtSheetOptions {
  /** The file whose pixels are drawn: the output, where heads are covered, or the original if the user asks for it. */
  readonly path: string;
  /** The part of that file whose frames are numbered, seconds; null for the whole. */
  readonly start: number | null;
  readonly end: number | null;
  /** Worst first. */
  readonly spans: readonly ReportSpan[];
  readonly signal: AbortSignal;
}

/** Pixels of a picture on the sheet, both ways. */
const SIDE = 156;

/** Short enough to fit below a picture. */
const REASONS: Readonly<Record<UncertaintyReason, string>> = {
  'ended-in-open': 'ended',
  'started-in-open': 'started',
  'long-gap': 'gap',
  'seen-once': 'seen once',
  'weak-only': 'weak',
  dismissed: 'too weak',
};

/**
 * Draws a PNG with one picture per place that deserves a look, labelled with its track number and time.
 *
 * @throws VeilError every INPUT_ reason, DECODER_FAILED, INTERRUPTED
 */
export async function doubtSheet(options: DoubtSheetOptions): Promise<Buffer> {
  const { path, start, end, signal } = options;
  const spans = options.spans.slice(0, MOST_TILES);
  const found = await someFrames({ input: path, start, end, frames: spans.map(frameOf), signal });
  const tiles: Tile[] = [];
  for (const span of spans) {
    const picture = found.jpegs.get(frameOf(span));
    if (picture === undefined) continue;
    // A dismissed detection has no track, and no cover.
    const name = span.reason === 'dismissed' ? 'open' : `#${span.trackId}`;
    tiles.push({
      picture: await placeOf(picture, span, found),
      label: `${name}  ${span.from.toFixed(1)} s  ${REASONS[span.reason]}`,
    });
  }
  return sheetOf(tiles, 'Nothing is in doubt.');
}

function frameOf({ firstFrame, lastFrame }: ReportSpan): number {
  return Math.floor((firstFrame + lastFrame) / 2);
}

function placeOf(
  jpeg: Buffer,
  { box }: ReportSpan,
  video: Pick<SomeFrames, 'width' | 'height'>,
): Promise<Buffer> {
  if (box === undefined) return sharp(jpeg).resize(SIDE, SIDE, { fit: 'inside' }).jpeg().toBuffer();
  const [x, y, width, height] = box as [number, number, number, number];
  return thumbnail(jpeg, { x, y, width, height }, video, SIDE);
}
