import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { z } from 'zod';
import { scaleBox, type Box } from '../../src/frame/box.ts';
import type { PictureName } from './film.ts';

/** A photo or the wall of photos: pixels as yuv420p (BT.709, 16…235) and the faces in it. */
export interface FilmPicture {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly faces: readonly Box[];
}

const PHOTO_WIDTH = 1280;
/** A photo on the wall: three beside each other, two rows, cut off below. */
const CELL = { width: 480, height: 320, columns: 3 } as const;

const annotated = z.object({
  photos: z.array(
    z.object({
      file: z.string(),
      width: z.number(),
      height: z.number(),
      faces: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
    }),
  ),
});
type Photo = z.infer<typeof annotated>['photos'][number];

/** The photos with their hand-drawn faces, and the wall made of them. */
export async function loadPictures(): Promise<Map<PictureName, FilmPicture>> {
  const path = new URL('../../samples/faces.json', import.meta.url);
  const { photos } = annotated.parse(JSON.parse(await readFile(path, 'utf8')));
  const pictures = new Map<PictureName, FilmPicture>();
  for (const [index, photo] of photos.entries()) {
    pictures.set(
      index,
      await filmPicture(sharp(pathOf(photo)).resize(PHOTO_WIDTH), facesOf(photo, PHOTO_WIDTH)),
    );
  }
  pictures.set('wall', await wall(photos));
  return pictures;
}

async function wall(photos: readonly Photo[]): Promise<FilmPicture> {
  const places = photos.map((_, index) => ({
    left: (index % CELL.columns) * CELL.width,
    top: Math.floor(index / CELL.columns) * CELL.height,
  }));
  const cells = await Promise.all(
    photos.map(async (photo, index) => ({
      input: await sharp(pathOf(photo))
        .resize(CELL.width)
        .extract({ left: 0, top: 0, width: CELL.width, height: CELL.height })
        .png({ compressionLevel: 0 })
        .toBuffer(),
      ...places[index]!,
    })),
  );
  const width = CELL.width * CELL.columns;
  const height = CELL.height * Math.ceil(photos.length / CELL.columns);
  const faces = photos.flatMap((photo, index) => {
    const { left, top } = places[index]!;
    return facesOf(photo, CELL.width).map((box) => ({ ...box, x: box.x + left, y: box.y + top }));
  });
  return filmPicture(
    sharp({ create: { width, height, channels: 3, background: 'black' } }).composite(cells),
    faces,
  );
}

function pathOf({ file }: Photo): string {
  const root = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
  return join(root, 'demo', file);
}

function facesOf(photo: Photo, width: number): Box[] {
  const scale = width / photo.width;
  return photo.faces.map(([x, y, w, h]) => scaleBox({ x, y, width: w, height: h }, scale, scale));
}

async function filmPicture(image: Sharp, faces: readonly Box[]): Promise<FilmPicture> {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, planes: toPlanes(data, width, height), faces };
}

function toPlanes(rgb: Uint8Array, width: number, height: number): FilmPicture['planes'] {
  const small = { width: (width + 1) >> 1, height: (height + 1) >> 1 };
  const luma = new Uint8Array(width * height);
  const blue = new Float32Array(small.width * small.height);
  const red = new Float32Array(small.width * small.height);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      const r = rgb[at * 3]!;
      const b = rgb[at * 3 + 2]!;
      const bright = 0.2126 * r + 0.7152 * rgb[at * 3 + 1]! + 0.0722 * b;
      luma[at] = 16.5 + (bright * 219) / 255;
      const block = (y >> 1) * small.width + (x >> 1);
      blue[block]! += (b - bright) / 1.8556 / 4;
      red[block]! += (r - bright) / 1.5748 / 4;
    }
  }
  const chroma = (values: Float32Array): Uint8Array =>
    Uint8Array.from(values, (value) => 128.5 + (value * 224) / 255);
  return [luma, chroma(blue), chroma(red)];
}
