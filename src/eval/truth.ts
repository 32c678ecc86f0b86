import { z } from 'zod';
import { readRegularFile } from '../base/read-regular-file.ts';
import { VeilError } from '../errors.ts';

const truthSchema = z.object({
  format: z.literal('truth/1'),
  /** Displayed size of the video, pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  frames: z.int().nonnegative(),
  columns: z.tuple([
    z.literal('frame'),
    z.literal('x'),
    z.literal('y'),
    z.literal('width'),
    z.literal('height'),
  ]),
  tracks: z.array(
    z.object({
      id: z.union([z.int(), z.string()]),
      boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()])),
    }),
  ),
});

/**
 * The `truth/1` document: every visible face of a video. Rows of `boxes` are frame (counted from 0), x, y, width and
 * height in pixels; boxes may extend beyond the picture.
 */
export type Truth = z.infer<typeof truthSchema>;

/** Strings can't be much longer. */
const MOST_BYTES = 384 * 1024 ** 2;

/**
 * Reads a truth file: `truth/1`, or MOT Challenge text (one line per box: frame from 1, id, left, top, width, height,
 * then a flag that is 0 for boxes to ignore), which does not state the size of the video.
 *
 * @throws VeilError INPUT_NOT_FOUND, INPUT_UNREADABLE
 */
export async function readTruth(
  path: string,
  video?: { readonly width: number; readonly height: number },
): Promise<Truth> {
  const content = await readRegularFile(path, MOST_BYTES).catch((cause: unknown) => {
    throw new VeilError('INPUT_NOT_FOUND', `${path} cannot be read.`, {
      hint: 'Check the name; quote names with spaces.',
      cause,
    });
  });
  if (typeof content === 'string') {
    throw new VeilError('INPUT_UNREADABLE', `${path} is ${content}.`, { hint: 'Give a truth file.' });
  }
  const text = content.toString('utf8');
  try {
    if (video !== undefined && /^\s*\d+\s*,/.test(text))
      return truthSchema.parse({ ...parseMot(text), ...video });
    return truthSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new VeilError('INPUT_UNREADABLE', `${path} is neither a truth/1 document nor MOT text.`, {
      hint: 'A line of MOT text is: frame, id, left, top, width, height.',
      cause,
    });
  }
}

/** @see https://motchallenge.net/instructions */
function parseMot(text: string): Omit<Truth, 'width' | 'height'> {
  const boxes = new Map<number, Truth['tracks'][number]['boxes']>();
  let frames = 0;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const [frame, id, x, y, width, height, flag] = line.split(',').map(Number);
    frames = Math.max(frames, frame!);
    if (flag === 0) continue;
    const rows = boxes.get(id!) ?? [];
    boxes.set(id!, rows);
    rows.push([frame! - 1, x!, y!, width!, height!]);
  }
  const tracks = [...boxes].map(([id, rows]) => ({ id, boxes: rows }));
  return { format: 'truth/1', frames, columns: ['frame', 'x', 'y', 'width', 'height'], tracks };
}
