import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { VeilError } from '../errors.ts';

const truthSchema = z.object({
  format: z.literal('truth/1'),
  /** Size of the video as it is shown, pixels. */
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
 * The `truth/1` document: where every visible face of a video is. Rows of `boxes` are frame (counted from 0), x, y,
 * width and height in pixels; boxes may reach past the picture.
 */
export type Truth = z.infer<typeof truthSchema>;

/**
 * Reads a truth file.
 *
 * @throws VeilError INPUT_NOT_FOUND, INPUT_UNREADABLE
 */
export async function readTruth(path: string): Promise<Truth> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new VeilError('INPUT_NOT_FOUND', `${path} cannot be read.`, { cause });
  });
  try {
    return truthSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new VeilError('INPUT_UNREADABLE', `${path} is not a truth/1 document.`, { cause });
  }
}
