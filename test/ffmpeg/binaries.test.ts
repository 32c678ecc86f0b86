import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
let count = 0;

beforeEach(() => {
  count += 1;
  vi.stubEnv('VEIL_HOME', at(`home ${count}`));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a second start runs neither ffmpeg nor ffprobe to learn their versions', async () => {
  const ffmpeg = await program('ffmpeg', '7.1.1');
  const ffprobe = await program('ffprobe', '7.1.1');
  vi.stubEnv('FFMPEG_PATH', ffmpeg);
  vi.stubEnv('FFPROBE_PATH', ffprobe);
  const first = await asANewProcess();
  expect(first.ffmpeg).toEqual({ path: ffmpeg, version: '7.1.1', origin: 'environment' });
  expect(await asANewProcess()).toEqual(first);
  expect([await calls(ffmpeg), await calls(ffprobe)]).toEqual([1, 1]);
});

test('a program that was updated is asked for its version again', async () => {
  const ffmpeg = await program('ffmpeg', '5.1.6');
  vi.stubEnv('FFMPEG_PATH', ffmpeg);
  expect((await asANewProcess()).ffmpeg.version).toBe('5.1.6');
  await program('ffmpeg', '7.1.10');
  expect((await asANewProcess()).ffmpeg.version).toBe('7.1.10');
});

test('a program that does not run is refused at every start', async () => {
  const ffmpeg = await program('ffmpeg', '7.1.1');
  await writeFile(ffmpeg, '#!/bin/sh\nexit 1\n');
  vi.stubEnv('FFMPEG_PATH', ffmpeg);
  await expect(asANewProcess()).rejects.toMatchObject({ code: 'FFMPEG_NOT_FOUND' });
  await expect(asANewProcess()).rejects.toMatchObject({ code: 'FFMPEG_NOT_FOUND' });
});

test('an installed ffmpeg wins over the old build among the packages, and needs no advice', async () => {
  await program('ffmpeg', '7.1.1');
  await program('ffprobe', '7.1.1');
  vi.stubEnv('FFMPEG_PATH', undefined);
  vi.stubEnv('FFPROBE_PATH', undefined);
  vi.stubEnv('PATH', [folder(), process.env['PATH']].join(delimiter));
  const found = await asANewProcess();
  // ffmpeg-static, which is also recent, comes first if its installation could download it.
  expect(found.ffmpeg.origin).not.toBe('installer');
  expect(found.ffprobe.origin).toBe('PATH');
  expect(found.notes).toEqual([]);
});

test('a program that is slow to say its version is asked once more', async () => {
  const ffmpeg = await program('ffmpeg', '7.1.1');
  vi.stubEnv('FFMPEG_PATH', ffmpeg);
  let asked = 0;
  vi.doMock('../../src/ffmpeg/process.ts', async (original) => {
    const real = await original<typeof import('../../src/ffmpeg/process.ts')>();
    // From the same load as the module that catches it.
    const { VeilError } = await import('../../src/errors.ts');
    const slow: typeof real.capture = (...args) => {
      asked += 1;
      if (asked > 1) return real.capture(...args);
      return Promise.reject(new VeilError('INTERNAL', `${args[0]} took longer than 10 s.`));
    };
    return { ...real, capture: slow };
  });
  try {
    expect((await asANewProcess()).ffmpeg.version).toBe('7.1.1');
    expect(asked).toBeGreaterThan(1);
  } finally {
    vi.doUnmock('../../src/ffmpeg/process.ts');
  }
});

test('a program that is passed over is named', async () => {
  const broken = await program('ffmpeg', '7.1.1');
  await writeFile(broken, '#!/bin/sh\nexit 1\n');
  await program('ffprobe', '7.1.1');
  vi.stubEnv('FFMPEG_PATH', undefined);
  vi.stubEnv('FFPROBE_PATH', undefined);
  vi.stubEnv('PATH', [folder(), process.env['PATH']].join(delimiter));
  const found = await asANewProcess();
  // Unless ffmpeg-static comes first.
  const isPassedOver = found.ffmpeg.origin === 'installer';
  expect(found.notes.join().includes(`${broken} did not say its version`)).toBe(isPassedOver);
});

/** The module as in a new process, without anything in memory. */
async function asANewProcess(): Promise<Binaries> {
  vi.resetModules();
  const { findBinaries } = await import('../../src/ffmpeg/binaries.ts');
  return findBinaries();
}

function folder(): string {
  return at(`programs ${count}`);
}

/** A program that counts its calls and prints a version, like the real ones. */
async function program(name: string, version: string): Promise<string> {
  const path = join(folder(), name);
  await mkdir(folder(), { recursive: true });
  const script = `#!/bin/sh\necho called >> '${path}.calls'\necho '${name} version ${version} Copyright'\n`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

async function calls(path: string): Promise<number> {
  return (await readFile(`${path}.calls`, 'utf8')).split('\n').length - 1;
}
