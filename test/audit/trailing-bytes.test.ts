import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { trailingProblems } from '../../src/audit/trailing-bytes.ts';
import { hasSecondView } from '../../src/ffmpeg/second-view.ts';
import { ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

describe.each(['mp4', 'mov', 'mkv', 'webm', 'avi', 'ts'])('a .%s file', (ending) => {
  test('has nothing behind its end, and what is added there is told with its place', async () => {
    const codec = ending === 'webm' ? ['-c:v', 'libvpx'] : ['-c:v', 'libx264', '-preset', 'ultrafast'];
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

test('a second view is found by its settings in the index', async () => {
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-pix_fmt', 'yuv420p', at('plain.mp4'));
  const plain = await readFile(at('plain.mp4'));
  expect(await hasSecondView(at('plain.mp4'))).toBe(false);
  // The name of a box within the index that players pass over.
  plain.write('lhvC', plain.indexOf('udta'), 'latin1');
  await writeFile(at('spatial.mp4'), plain);
  expect(await hasSecondView(at('spatial.mp4'))).toBe(true);
});
