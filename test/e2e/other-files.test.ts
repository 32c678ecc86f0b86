import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { veil } from '../cli/memory-io.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

beforeAll(async () => {
  await make('clip.mp4', '-t', '0.2');
  await make('f001.bmp', '-frames:v', '1');
  await make('photo.png', '-frames:v', '1');
});

/** Makes a file of a test picture. */
async function make(name: string, ...args: string[]): Promise<void> {
  const { ffmpeg } = await findBinaries();
  const input = ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1'];
  const { code, stderr } = await capture(ffmpeg.path, [...input, ...args, at(name)]);
  if (code !== 0) throw new Error(stderr);
}

test('a name that ffmpeg takes for a pattern is refused instead of covering its neighbours', async () => {
  await writeFile(at('f%03d.bmp'), await readFile(at('f001.bmp')));
  const { code, err } = await veil(['blur', at('f%03d.bmp'), '-o', at('pattern.mp4')]);
  expect(err).toContain('INPUT_UNSUPPORTED');
  expect(code).toBe(1);
});

test('--overwrite replaces a report by a report, and no other file', async () => {
  const args = ['blur', at('clip.mp4'), '-o', at('safe.mp4'), '--overwrite', '--report'];
  await writeFile(at('diary.txt'), 'dear diary');
  const refused = await veil([...args, at('diary.txt')]);
  expect(refused.err).toContain('OUTPUT_EXISTS');
  expect(await readFile(at('diary.txt'), 'utf8')).toBe('dear diary');
  expect((await veil([...args, at('report.json')])).code).toBe(0);
  expect((await veil([...args, at('report.json')])).code).toBe(0);
});

test('an audit names a second video stream', async () => {
  const { ffmpeg } = await findBinaries();
  const both = ['-i', at('clip.mp4'), '-i', at('clip.mp4'), '-map', '0:v', '-map', '1:v', '-c', 'copy'];
  await capture(ffmpeg.path, ['-v', 'error', '-y', ...both, at('two.mp4')]);
  const { code, out } = await veil(['audit', at('two.mp4')]);
  expect(out).toContain('It has 2 video streams');
  expect(code).toBe(3);
});

test.each([
  ['video', 'clip.mp4', 'notes.mp4'],
  ['photo', 'photo.png', 'notes.png'],
])('--overwrite replaces no text that is called a %s', async (_, input, name) => {
  await writeFile(at(name), 'dear diary');
  const { code, err } = await veil(['blur', at(input), '-o', at(name), '--overwrite']);
  expect(err).toContain('OUTPUT_EXISTS');
  expect(code).toBe(1);
  expect(await readFile(at(name), 'utf8')).toBe('dear diary');
});

test('--overwrite replaces no other input of the call, whatever path leads to it', async () => {
  await mkdir(at('real'));
  await symlink(at('real'), at('other-path'));
  for (const name of ['a.mp4', 'a.veil.mp4']) await copyFile(at('clip.mp4'), at('real', name));
  const before = await readFile(at('real', 'a.veil.mp4'));
  const inputs = [at('real', 'a.mp4'), at('real', 'a.veil.mp4')];
  const { err } = await veil(['blur', ...inputs, '-o', `${at('other-path')}/`, '--overwrite']);
  expect(err).toContain('OUTPUT_IS_INPUT');
  expect(await readFile(at('real', 'a.veil.mp4'))).toEqual(before);
});
