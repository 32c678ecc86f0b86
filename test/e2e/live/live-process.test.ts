import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import type { LiveStatus } from '../../../src/frame/live-output.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { packetTimes } from '../../support/written-video.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const at = temporaryFolder();
const binaries = await findBinaries();
let home = '';
beforeAll(async () => {
  home = await mkdtemp(`${tmpdir()}/veil-home-`);
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

type Program = ChildProcessByStdio<null, Readable, null>;

function start(record: string): Program {
  const flags = ['--detector', 'webcam', '--engine', 'onnxruntime', '--size', '320x180', '--json', '--quiet'];
  return spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), MAIN, 'live', 'test:', '--record', record, ...flags],
    { env: { PATH: process.env['PATH'], HOME: home }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
}

/** Resolves when this many frames have left. */
async function hasShown(program: Program, frames: number): Promise<void> {
  for await (const line of createInterface(program.stdout)) {
    const status = JSON.parse(line) as LiveStatus & { readonly type: string };
    expect(status.type).toBe('status');
    if (status.frames >= frames) return;
  }
  throw new Error('It ended before.');
}

/** Command lines of the processes with a text among their arguments. */
async function processesWith(text: string): Promise<string[]> {
  const { stdout } = await capture('ps', ['-e', '-ww', '-o', 'args=']);
  return stdout.split('\n').filter((line) => line.includes(text));
}

// Windows has no such signals.
test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends a run in good order, with a recording of its length',
  async () => {
    const path = at('stopped.mp4');
    const program = start(path);
    const exited = once(program, 'exit');
    await hasShown(program, 50);
    program.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    const times = await packetTimes(path, 'v:0', binaries);
    expect(times.length).toBeGreaterThanOrEqual(50);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(1.5);
    expect(await processesWith(path)).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')(
  'a program that is killed leaves a recording that plays, and no process behind',
  async () => {
    const path = at('killed.mp4');
    const program = start(path);
    const exited = once(program, 'exit');
    await hasShown(program, 120);
    program.kill('SIGKILL');
    await exited;
    await expect.poll(() => processesWith(path)).toEqual([]);
    expect((await packetTimes(path, 'v:0', binaries)).length).toBeGreaterThan(60);
  },
);
