import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/error-codes.ts';
import { ModelStore } from '../../src/models/model-store.ts';
import { veil } from '../cli/memory-io.ts';
import { ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

beforeAll(async () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:d=0.2', '-pix_fmt', 'yuv420p'];
  await ffmpeg(...picture, at('clip.mp4'));
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=0.2', at('sound.m4a'));
  await ffmpeg('-i', at('clip.mp4'), '-c', 'copy', '-movflags', 'empty_moov+frag_keyframe', at('parts.mp4'));
  const parts = await readFile(at('parts.mp4'));
  await writeFile(at('index.mp4'), parts.subarray(0, parts.indexOf('moof') - 4));
  await writeFile(at('text.mp4'), 'dear diary');
  await writeFile(at('empty.mp4'), '');
  await writeFile(at('text.jpg'), 'dear diary');
  await mkdir(at('folder.mp4'));
  await mkdir(at('out'));
});

/** The output of a refused call: its code, and a sentence without a stack trace. */
async function refusal(...args: string[]): Promise<{ code: number; told: string; err: string }> {
  const { code, err } = await veil(args);
  expect(err).not.toMatch(/^\s+at /m);
  return { code, err, told: /\[([A-Z_]+)\]/.exec(err)?.[1] ?? '' };
}

describe('a refusal', () => {
  test.each([
    ['text.mp4', 'INPUT_NOT_MEDIA'],
    ['empty.mp4', 'INPUT_EMPTY'],
    ['none.mp4', 'INPUT_NOT_FOUND'],
    ['text.jpg', 'INPUT_NOT_MEDIA'],
    ['sound.m4a', 'INPUT_NO_VIDEO'],
    ['index.mp4', 'INPUT_NO_FRAMES'],
    ['folder.mp4', 'INPUT_EMPTY'],
  ])('of %s has the code %s, and nothing is left', async (name, wanted) => {
    const output = at('out', name.endsWith('.jpg') ? 'a.png' : 'a.mp4');
    const { code, told } = await refusal('blur', at(name), '-o', output);
    expect(told).toBe(wanted);
    expect(told in ERROR_CODES).toBe(true);
    expect(code).toBe(1);
    expect(await readdir(at('out'))).toEqual([]);
  });

  test.each([
    ['a name that is too long', `${'x'.repeat(260)}.mp4`, 'OUTPUT_UNWRITABLE', 1, /too long|cannot be/],
    ['an ending that is not written', 'a.avi', 'CONFIG_INVALID', 2, /does not write/],
  ])('of %s has a code', async (_, name, wanted, exit, sentence) => {
    const { code, told, err } = await refusal('blur', at('clip.mp4'), '-o', at('out', name));
    expect(told).toBe(wanted);
    expect(err).toMatch(sentence);
    expect(code).toBe(exit);
  });

  test.each([
    ['words', Buffer.from('<html>not found</html>'.repeat(10))],
    ['what begins like a model', Buffer.concat([Buffer.from([8, 7]), Buffer.alloc(200, 0x55)])],
    ['half a message', Buffer.from([8, 7, 0x3a, 0x7f, ...Array.from({ length: 100 }, (_, index) => index)])],
  ])('of a model that is %s keeps the one that was there', async (_, content) => {
    const folder = at('home', 'models');
    const store = new ModelStore(folder);
    await writeFile(at('good.onnx'), Buffer.concat([Buffer.from([8, 7]), Buffer.alloc(100, 1)]));
    await store.add(at('good.onnx'), 'mine');
    const before = await store.list();
    await writeFile(at('junk.onnx'), content);
    const { code, err } = await veil(['models', 'add', at('junk.onnx'), '--name', 'mine'], {
      env: { VEIL_HOME: at('home') },
    });
    expect(err).toContain('[MODEL_INVALID]');
    expect(err).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    expect(await store.list()).toEqual(before);
  });
});
