import { mkdir, writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { veil } from '../cli/memory-io.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { closingFrames } from '../support/closing-frames.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

function picture(width = 64, height = 48): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#20c040' } });
}

test('an animation that is called .png keeps all of its frames', async () => {
  const graph = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1'];
  await ffmpeg(...graph, '-plays', '0', '-f', 'apng', at('animation.png'));
  const { video, frames } = await coverFile(at('animation.png'));
  expect(frames).toBe(10);
  expect(video?.frameCount).toBe(10 + (await closingFrames()));
});

test.each(['tiff', 'avif', 'webp', 'png', 'jpeg'] as const)(
  'a %s is a photo, whatever it is called',
  async (format) => {
    await picture()
      .toFormat(format)
      .toFile(at(`photo-of-${format}.mov`));
    await coverFile(at(`photo-of-${format}.mov`), at(`${format}.png`));
    const { data } = await sharp(at(`${format}.png`))
      .raw()
      .toBuffer({ resolveWithObject: true });
    // Not zeros, which become green in YUV.
    expect([data[0]!, data[1]!, data[2]!].map((value) => Math.round(value / 16))).toEqual([2, 12, 4]);
  },
);

test('the name of a photo follows from its content', async () => {
  await picture().tiff().toFile(at('scan.tif'));
  const { code } = await veil(['blur', at('scan.tif')]);
  expect(code).toBe(0);
  expect((await sharp(at('scan.veil.png')).metadata()).width).toBe(64);
});

test('a panorama of 12,000 pixels is covered whole', async () => {
  await picture(12_000, 200).jpeg().toFile(at('panorama.jpg'));
  await coverFile(at('panorama.jpg'), at('panorama.out.jpg'));
  expect((await sharp(at('panorama.out.jpg')).metadata()).width).toBe(12_000);
});

test.each([
  [
    'SVG',
    Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'),
  ],
  ['HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
  ['JPEG XL', Buffer.from('\xff\x0a\0\0', 'latin1')],
  ['BMP', Buffer.from('BM\x36\x10\0\0\0\0\0\0', 'latin1')],
])('%s that is called .jpg is refused with what to do', async (kind, content) => {
  await writeFile(at(`${kind}.jpg`), content);
  const { code, err } = await veil(['blur', at(`${kind}.jpg`)]);
  expect(err).toContain(`${kind} picture, which Veil can't read. [INPUT_UNSUPPORTED]`);
  expect(err).toContain('Convert it first');
  expect(code).toBe(1);
});

test('a picture of several pages is refused: one alone would be covered', async () => {
  const pages = await Promise.all([picture(), picture().negate()].map((each) => each.png().toBuffer()));
  await writeFile(
    at('pages.webp'),
    await sharp(pages, { join: { animated: true } })
      .webp()
      .toBuffer(),
  );
  await writeFile(
    at('pages.tif'),
    await sharp(pages, { join: { animated: true } })
      .tiff()
      .toBuffer(),
  );
  for (const name of ['pages.webp', 'pages.tif']) {
    await expect(coverFile(at(name), at('pages.png'))).rejects.toMatchObject({ code: 'INPUT_UNSUPPORTED' });
  }
});

test('pictures of one size behind one another are refused: one alone would be covered', async () => {
  const frames = await Promise.all([picture(), picture().negate()].map((each) => each.jpeg().toBuffer()));
  await writeFile(at('motion.jpg'), Buffer.concat(frames));
  await expect(coverFile(at('motion.jpg'), at('motion.png'))).rejects.toMatchObject({
    code: 'INPUT_UNSUPPORTED',
    hint: expect.stringContaining('ffmpeg -f mjpeg') as string,
  });
});

test('what lies behind a photo is left out, and that is said', async () => {
  const parts = [picture(), picture(32, 24)].map((each) => each.jpeg().toBuffer());
  await writeFile(at('behind.jpg'), Buffer.concat(await Promise.all(parts)));
  const { code, err } = await veil(['blur', at('behind.jpg'), '-o', at('behind.png')]);
  expect(err).toMatch(/Left out: \d+ bytes behind the picture/);
  expect(code).toBe(0);
});

test('a folder of which pictures were left out does not end with 0', async () => {
  await mkdir(at('holiday'));
  await picture().jpeg().toFile(at('holiday', 'one.jpg'));
  for (const name of ['two.HEIC', 'three.heic']) await writeFile(at('holiday', name), 'x');
  const { code, out, err } = await veil(['blur', at('holiday')]);
  expect(err).toContain('2 HEIC pictures were left out');
  expect(err).toMatch(/sips -s format png \S+\*\.\w+ \S+\*\.\w+ --out/);
  for (const ending of ['*.HEIC', '*.heic']) expect(err).toContain(ending);
  expect(out + err).toContain('1 of 2 done, 1 failed');
  expect(code).toBe(1);
});

test('a photo without an ending is found in a folder', async () => {
  await mkdir(at('bare'));
  await picture().jpeg().toFile(at('bare', 'IMG_2041'));
  expect((await veil(['blur', at('bare')])).code).toBe(0);
  expect((await sharp(at('bare', 'IMG_2041.veil.jpg')).metadata()).width).toBe(64);
});
