import sharp, { type Sharp } from 'sharp';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openImageSource } from '../../../src/source/photo/image-source.ts';
import type { VeilError } from '../../../src/errors.ts';
import { coverFile, ffmpeg } from '../../support/covered-file.ts';
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

test('a JPEG of which a part was overwritten is opened, and its damage told', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const black = { width: 200, height: 200, channels: 3 as const, background: '#000000' };
  const photo = await sharp({ create: { ...black, noise } })
    .jpeg()
    .toBuffer();
  await writeFile(at('whole.jpg'), photo);
  expect((await openImageSource({ path: at('whole.jpg'), look })).doubts).toEqual([]);
  photo.fill(0, 5000, 6000);
  await writeFile(at('overwritten.jpg'), photo);
  const source = await openImageSource({ path: at('overwritten.jpg'), look });
  expect(source.info).toMatchObject({ width: 200, height: 200 });
  expect(source.doubts).toEqual(['The photo is damaged: parts of it may be missing or smeared.']);
});

test('a JPEG with the parameters of a scan that some phones write is whole', async () => {
  const photo = await halves().jpeg().toBuffer();
  // ISO/IEC 10918-1, B.2.3: the end of the spectral selection, before two more bytes.
  const scan = photo.indexOf(Buffer.from([0xff, 0xda]));
  photo[scan + photo.readUInt16BE(scan + 2)] = 0;
  await writeFile(at('phone.jpg'), photo);
  expect((await openImageSource({ path: at('phone.jpg'), look })).doubts).toEqual([]);
});

test('a video with the name of a photo is refused, and the hint names it so that it is read', async () => {
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-f', 'mp4', at('film.jpg'));
  const error = await openImageSource({ path: at('film.jpg'), look }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'INPUT_NOT_MEDIA',
    message: expect.stringContaining('it is a video') as string,
  });
  const [, command] = /for example: (.*)$/.exec((error as VeilError).hint!)!;
  await promisify(execFile)('sh', ['-c', command!]);
  expect((await coverFile(at('film.mkv'), at('film.mp4'))).frames).toBe(5);
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
