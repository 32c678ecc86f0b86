import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { FormatCase } from './format-case.ts';

const PICTURES = 'e2e/pictures.test.ts';

const photo = (
  name: string,
  codec: string,
  property: string,
  test: string,
  make: (path: string) => Promise<unknown>,
): FormatCase => ({
  ...{ name, codec, property, test, to: 'png' },
  make: (_, path) => make(path),
});

const flat = sharp({ create: { width: 160, height: 120, channels: 3, background: '#3060c0' } });
const clear = sharp({ create: { width: 160, height: 120, channels: 4, background: '#3060c080' } });

/** Photos, and files that are not media at all. */
export const PHOTO_CASES: readonly FormatCase[] = [
  photo('a.mp4', 'text', 'no media at all', 'e2e/refusals.test.ts', (path) => writeFile(path, 'dear diary')),
  photo('empty.mp4', 'nothing', 'no bytes', 'e2e/refusals.test.ts', (path) => writeFile(path, '')),
  photo('a.jpg', 'jpeg', 'plain', PICTURES, (path) => flat.clone().jpeg().toFile(path)),
  photo('a.png', 'png, 16 bits', 'plain', PICTURES, (path) =>
    flat.clone().toColourspace('rgb16').png().toFile(path),
  ),
  photo('a.webp', 'webp', 'plain', PICTURES, (path) => flat.clone().webp().toFile(path)),
  photo('a.tif', 'tiff', 'plain', PICTURES, (path) => flat.clone().tiff().toFile(path)),
  photo('a.avif', 'av1', 'plain', PICTURES, (path) => flat.clone().avif().toFile(path)),
  photo('clear.png', 'png', 'transparency', 'source/photo/image-source.test.ts', (path) =>
    clear.clone().png().toFile(path),
  ),
  photo('cmyk.jpg', 'jpeg', 'CMYK', 'source/photo/image-source.test.ts', (path) =>
    flat.clone().toColourspace('cmyk').jpeg().toFile(path),
  ),
  photo('a.jpg', 'HEIC', 'another kind under a name', PICTURES, (path) =>
    writeFile(path, '\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
  ),
  photo('a.jpg', 'SVG', 'another kind under a name', PICTURES, (path) =>
    writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'),
  ),
  photo('a.bmp', 'BMP', 'plain', PICTURES, (path) =>
    writeFile(path, Buffer.from('BM\x36\x10\0\0\0\0\0\0', 'latin1')),
  ),
];
