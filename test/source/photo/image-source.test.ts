import sharp, { type Sharp } from 'sharp';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openImageSource } from '../../../src/source/photo/image-source.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();
const look = { sizes: [64] };

/** Red above blue, 40×60. */
function halves(): Sharp {
  const blue = { create: { width: 40, height: 30, channels: 3 as const, background: '#0000ff' } };
  return sharp({ create: { width: 40, height: 60, channels: 3, background: '#ff0000' } }).composite([
    { input: blue, top: 30, left: 0 },
  ]);
}

test('an image comes upright, as planes of green, blue and red', async () => {
  await halves().withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(at('turned.jpg'));
  const source = await openImageSource({ path: at('turned.jpg'), look });
  expect(source.info).toMatchObject({ width: 60, height: 40, format: 'gbrp', frameCount: 1 });
  const frames = [];
  for await (const frame of source.frames()) frames.push(frame);
  const { data } = frames[0]!.frame;
  // Turned clockwise, what was above is on the right.
  const pixel = (x: number, y: number): number[] =>
    [0, 1, 2].map((plane) => data[plane * 2400 + y * 60 + x]!);
  expect(pixel(50, 20)[2]).toBeGreaterThan(240);
  expect(pixel(50, 20)[1]).toBeLessThan(20);
  expect(pixel(10, 20)[1]).toBeGreaterThan(240);
  expect(frames[0]!.pictures).toMatchObject([{ width: 64, height: 43 }]);
});

test.each(['png', 'webp', 'jpeg'] as const)('a %s is opened', async (format) => {
  await halves()
    .toFormat(format)
    .toFile(at(`image.${format}`));
  const source = await openImageSource({ path: at(`image.${format}`), look });
  expect(source.info).toMatchObject({ width: 40, height: 60 });
});

test('a photo of 16 bits is one of 8 afterwards, which is said', async () => {
  const pixels = Uint16Array.from({ length: 40 * 60 * 3 }, (_, index) => index * 9);
  const raw = { raw: { width: 40, height: 60, channels: 3 as const } };
  await sharp(pixels, raw).toColourspace('rgb16').png().toFile(at('deep.png'));
  const { notes, reading } = await openImageSource({ path: at('deep.png'), look });
  expect(notes).toEqual(['The photo has 16 bits a sample, the output has 8.']);
  expect(reading.video.bitDepth).toBe(16);
  await halves().jpeg().toFile(at('plain.jpg'));
  expect((await openImageSource({ path: at('plain.jpg'), look })).notes).toEqual([]);
});

test('a file that is not an image, or only half of one, is refused', async () => {
  await writeFile(at('text.jpg'), 'no image');
  await expect(openImageSource({ path: at('text.jpg'), look })).rejects.toMatchObject({
    code: 'INPUT_NOT_MEDIA',
  });
  const noise = sharp({
    create: {
      ...{ width: 200, height: 200, channels: 3, background: '#000000' },
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
  const whole = await noise.png().toBuffer();
  await writeFile(at('half.png'), whole.subarray(0, whole.length / 2));
  await expect(openImageSource({ path: at('half.png'), look })).rejects.toMatchObject({
    code: 'INPUT_NOT_MEDIA',
  });
});

test('an animation is refused: only its first picture would be covered', async () => {
  const frames = await sharp([await halves().png().toBuffer(), await halves().negate().png().toBuffer()], {
    join: { animated: true },
  })
    .webp()
    .toBuffer();
  await writeFile(at('animation.webp'), frames);
  await expect(openImageSource({ path: at('animation.webp'), look })).rejects.toMatchObject({
    code: 'INPUT_UNSUPPORTED',
  });
});

test('a picture too small for a face is refused', async () => {
  await sharp({ create: { width: 1, height: 1, channels: 3, background: '#ff0000' } }).toFile(at('dot.png'));
  await expect(openImageSource({ path: at('dot.png'), look })).rejects.toMatchObject({
    code: 'INPUT_TOO_SMALL',
  });
});
