import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Box } from '../../src/frame/box.ts';

/** A photo whose faces are known, boxes in its pixels. */
export interface LabelledPhoto {
  readonly name: string;
  readonly path: string;
  /** The event that the photo shows, such as `Parade`. */
  readonly event: string;
  readonly faces: readonly Box[];
}

/** Which photos: those that networks may be trained on, those that they never are, or all. */
export type Part = 'training' | 'validation' | 'all';

/** First byte of the SHA-1 of a file's name from which a photo is for validation only: 15 % of them. */
const FIRST_VALIDATION_BYTE = 218;

const number = z.number();
const indexSchema = z.record(
  z.string(),
  z.object({ event: z.string(), boxes: z.array(z.tuple([number, number, number, number])) }),
);

/** The photos of a folder with `faces.json` (name → event, boxes as [x, y, width, height]) and `images/`. */
export async function readLabelledPhotos(folder: string, part: Part): Promise<LabelledPhoto[]> {
  const index = indexSchema.parse(JSON.parse(await readFile(join(folder, 'faces.json'), 'utf8')));
  return Object.entries(index)
    .filter(([name]) => part === 'all' || part === partOf(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { event, boxes }]) => ({
      name,
      path: join(folder, 'images', name),
      event,
      faces: boxes.map(([x, y, width, height]) => ({ x, y, width, height })),
    }));
}

function partOf(name: string): Part {
  return createHash('sha1').update(name).digest()[0]! >= FIRST_VALIDATION_BYTE ? 'validation' : 'training';
}
