import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { FfmpegFeatures } from '../../src/ffmpeg/features.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
let program: string;
let count = 0;

beforeEach(async () => {
  count += 1;
  vi.stubEnv('VEIL_HOME', at(`home ${count}`));
  program = at(`ffmpeg ${count}`);
  const { ffmpeg } = await findBinaries();
  await writeFile(program, script(ffmpeg.path), { mode: 0o755 });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a second run asks ffmpeg nothing and knows the same', async () => {
  const first = await asANewProcess();
  expect(first.filters).toContain('scale');
  expect(first.encoders).toContain('libx264');
  const asked = await calls();
  expect(asked).toBeGreaterThan(0);
  expect(await asANewProcess()).toEqual(first);
  expect(await calls()).toBe(asked);
});

test('a program that was replaced is asked again', async () => {
  const first = await asANewProcess();
  const asked = await calls();
  await writeFile(program, `${await readFile(program, 'utf8')}# updated\n`);
  expect(await asANewProcess()).toEqual(first);
  expect(await calls()).toBe(2 * asked);
});

test.each(['', '{"format":"veil-program/1"', '{"format":"veil-program/2"}', '\0'.repeat(9)])(
  'a damaged file is written again: %j',
  async (damage) => {
    const first = await asANewProcess();
    const asked = await calls();
    const [file = ''] = await readdir(at(`home ${count}`));
    await writeFile(at(`home ${count}`, file), damage);
    expect(await asANewProcess()).toEqual(first);
    await asANewProcess();
    expect(await calls()).toBe(2 * asked);
  },
);

test('runs that begin at the same time leave one whole file', async () => {
  const answers = await Promise.all([asANewProcess(), asANewProcess(), asANewProcess()]);
  expect(answers[1]).toEqual(answers[0]);
  const before = await calls();
  expect(await asANewProcess()).toEqual(answers[0]);
  expect(await calls()).toBe(before);
  expect(await readdir(at(`home ${count}`))).toHaveLength(1);
});

test('a data folder that cannot be written changes nothing', async () => {
  vi.stubEnv('VEIL_HOME', program);
  expect((await asANewProcess()).filters).toContain('scale');
});

/** The module as in a new process, without anything in memory. */
async function asANewProcess(): Promise<FfmpegFeatures> {
  vi.resetModules();
  const { featuresOf } = await import('../../src/ffmpeg/features.ts');
  return featuresOf(program);
}

function script(ffmpeg: string): string {
  return `#!/bin/sh\necho called >> '${program}.calls'\nexec '${ffmpeg}' "$@"\n`;
}

async function calls(): Promise<number> {
  return (await readFile(`${program}.calls`, 'utf8')).split('\n').length - 1;
}
