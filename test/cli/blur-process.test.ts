import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { makePhotoClip } from '../support/photo-clip.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

let folder: string;
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veil-process-'));
  home = await mkdtemp(join(tmpdir(), 'veil-home-'));
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, join(folder, '-long one.mp4'), { seconds: 6 });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

function start(...argv: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...argv], {
    cwd: folder,
    // Without CI variables, which make some programs behave better.
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('the program as a process', () => {
  it.skipIf(process.platform === 'win32')(
    'stops at Ctrl-C before its work is done, says 130 and leaves nothing (Windows has no such signal)',
    async () => {
      const child = start('blur', '--json', '--look-interval', '1', '-o', 'new/', '--', '-long one.mp4');
      const [out, err] = [text(child.stdout), text(child.stderr)];
      const exited = once(child, 'exit');
      await Promise.race([temporaryFileIn(folder), exited]);
      child.kill('SIGINT');
      expect(await exited).toEqual([130, null]);
      expect(await readdir(folder)).toEqual(['-long one.mp4']);
      expect(JSON.parse((await out).trim())).toMatchObject({ type: 'summary', interrupted: true, done: 0 });
      expect(await err).toContain('Stopping');
      // ONNX Runtime would store a device id and usage reports here.
      expect((await readdir(home, { recursive: true })).join()).not.toContain('Microsoft');
    },
  );

  it('keeps silent when its reader has gone', async () => {
    const child = start('config');
    child.stdout.destroy();
    const err = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await err).toBe('');
  });
});

/** Waits until the run has begun to write. */
async function temporaryFileIn(path: string): Promise<void> {
  for await (const { filename } of watch(path, { recursive: true })) {
    if (filename?.includes('.veil-') === true) return;
  }
}
