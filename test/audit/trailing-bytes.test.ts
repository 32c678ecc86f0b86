import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { skippedPlaces, unplayedProblems } from '../../src/audit/skipped-data.ts';
import { trailingProblems } from '../../src/audit/trailing-bytes.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { hasSecondView } from '../../src/ffmpeg/second-view.ts';
import { ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

async function problemsOf(path: string): Promise<string[]> {
  return unplayedProblems(path, await skippedPlaces(path, await findBinaries()));
}

describe.each(['mp4', 'mov', 'mkv', 'webm', 'avi', 'ts', 'flv', 'wmv', 'ogv'])('a .%s file', (ending) => {
  test('has nothing behind its end, and what is added there is told with its place', async () => {
    const codecs: Readonly<Record<string, string>> = { webm: 'libvpx', wmv: 'wmv2', ogv: 'libtheora' };
    const codec = ['-c:v', codecs[ending] ?? 'libx264', '-preset', 'ultrafast'];
    const path = at(`whole.${ending}`);
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.4', ...codec, '-pix_fmt', 'yuv420p', path);
    expect(await trailingProblems(path)).toEqual([]);
    const file = await readFile(path);
    await writeFile(at(`more.${ending}`), Buffer.concat([file, Buffer.alloc(1000, 7)]));
    expect(await trailingProblems(at(`more.${ending}`))).toEqual([
      expect.stringContaining(`1000 bytes that belong to no picture, from byte ${file.length}`),
    ]);
  });
});

test('a second recording in a .webm is told: players stop before it, though it is one file to some', async () => {
  const path = at('first.webm');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-c:v', 'libvpx', path);
  const film = await readFile(path);
  await writeFile(at('two.webm'), Buffer.concat([film, film]));
  expect(await trailingProblems(at('two.webm'))).toEqual([
    expect.stringContaining(`${film.length} bytes that belong to no picture, from byte ${film.length}`),
  ]);
});

describe.each(['gif', 'tiff', 'avif', 'png', 'webp', 'jpg'])('a .%s photo', (ending) => {
  test('has nothing behind its end, and what is added there is told with its place', async () => {
    const path = at(`photo.${ending}`);
    await sharp({ create: { width: 64, height: 48, channels: 3, background: '#884422' } }).toFile(path);
    expect(await trailingProblems(path)).toEqual([]);
    const file = await readFile(path);
    await writeFile(at(`photo-more.${ending}`), Buffer.concat([file, Buffer.alloc(1000, 7)]));
    expect(await trailingProblems(at(`photo-more.${ending}`))).toEqual([
      expect.stringContaining(`1000 bytes that belong to no picture, from byte ${file.length}`),
    ]);
  });
});

test('the end of an animated GIF and of a tiled TIFF with several pages is found', async () => {
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.4', at('moving.gif'));
  expect(await trailingProblems(at('moving.gif'))).toEqual([]);
  const pages = sharp({ create: { width: 300, height: 200, channels: 3, background: '#884422' } });
  await pages.tiff({ tile: true, pyramid: true, tileWidth: 64, tileHeight: 64 }).toFile(at('tiles.tiff'));
  expect(await trailingProblems(at('tiles.tiff'))).toEqual([]);
});

test('padding of an old .mov, which does not begin with its type, is looked into', async () => {
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-pix_fmt', 'yuv420p', at('new.mov'));
  const film = await readFile(at('new.mov'));
  film.write('wide', 4, 'latin1');
  const padding = Buffer.alloc(8 + 1000, 7);
  padding.writeUInt32BE(padding.length);
  padding.write('free', 4, 'latin1');
  await writeFile(at('old.mov'), Buffer.concat([film, padding]));
  expect(await problemsOf(at('old.mov'))).toEqual([
    'It has 1000 bytes in a box of type free, which players skip.',
  ]);
});

test('a TIFF that refers to itself again and again is given up', async () => {
  const entries = 60_000;
  const tiff = Buffer.alloc(8 + 2 + 12 * entries + 4);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(entries, 8);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = 10 + 12 * entry;
    tiff.writeUInt16LE(273, at);
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(90_000, at + 4);
    tiff.writeUInt32LE(8, at + 8);
  }
  // The next directory is the first one.
  tiff.writeUInt32LE(8, tiff.length - 4);
  await writeFile(at('loop.tiff'), tiff);
  const began = performance.now();
  expect(await trailingProblems(at('loop.tiff'))).toEqual([]);
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('a JPEG of many comments is listed up to a limit', async () => {
  const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  // No text, which is told by itself.
  const comment = Buffer.alloc(4 + 100, 1);
  comment.writeUInt32BE(0xfffe0066);
  const many = Array.from({ length: 200 }, () => comment);
  await writeFile(at('chatty.jpg'), Buffer.concat([photo.subarray(0, 2), ...many, photo.subarray(2)]));
  const problems = await problemsOf(at('chatty.jpg'));
  expect(problems[0]).toBe('It has 100 bytes in a comment, which viewers skip.');
  expect(problems).toHaveLength(65);
  expect(problems.at(-1)).toContain('in more than 64 places');
});

test('a second view is found by its settings in the index', async () => {
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-pix_fmt', 'yuv420p', at('plain.mp4'));
  const plain = await readFile(at('plain.mp4'));
  expect(await hasSecondView(at('plain.mp4'))).toBe(false);
  // The name of a box within the index that players pass over.
  plain.write('lhvC', plain.indexOf('udta'), 'latin1');
  await writeFile(at('spatial.mp4'), plain);
  expect(await hasSecondView(at('spatial.mp4'))).toBe(true);
});
