import { expect, test } from 'vitest';
import { run } from '../../../src/cli/program.ts';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import type { LiveStatus, LiveSummary } from '../../../src/frame/live-output.ts';
import { memoryIo, type MemoryIo } from '../../cli/memory-io.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { packetTimes } from '../../support/written-video.ts';

const at = temporaryFolder();
const binaries = await findBinaries();
const CHEAP = ['--detector', 'webcam', '--engine', 'onnxruntime', '--size', '320x180'];

/** `veil live` in this process, with keys that a test can press. */
function start(...args: string[]): { io: MemoryIo; press: (key: string) => void; ended: Promise<number> } {
  const listeners = new Set<(key: string) => void>();
  const io: MemoryIo = {
    ...memoryIo(),
    onKey: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const press = (key: string): void => {
    for (const listener of listeners) listener(key);
  };
  return { io, press, ended: run(['live', 'test:', ...CHEAP, ...args], io) };
}

function linesOf(io: MemoryIo): (Partial<LiveStatus> & { readonly type: string })[] {
  return io
    .out()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Partial<LiveStatus> & { readonly type: string });
}

test('it can start covered, is uncovered and covered by keys, and says at the end how it went', async () => {
  const path = at('film.mp4');
  const { io, press, ended } = start('--panic', '--record', path, '--json', '--delay', '600');
  await expect.poll(() => linesOf(io).at(-1)?.frames ?? 0).toBeGreaterThan(10);
  expect(linesOf(io).every(({ state }) => state === 'panic')).toBe(true);
  press('u');
  await expect.poll(() => linesOf(io).at(-1)?.state).toBe('live');
  // Caps lock does not matter.
  press('P');
  await expect.poll(() => linesOf(io).at(-1)?.state).toBe('panic');
  press('U');
  await expect.poll(() => linesOf(io).at(-1)?.state).toBe('live');
  // Holding the key does not uncover.
  for (let repeat = 0; repeat < 4; repeat += 1) press('p');
  await expect.poll(() => linesOf(io).at(-1)?.state).toBe('panic');
  io.stop();
  expect(await ended).toBe(0);
  const last = linesOf(io).at(-1) as unknown as LiveSummary & { readonly type: string };
  expect(last).toMatchObject({ type: 'summary', dropped: 0, sourceLosses: 0 });
  expect(last.causes.panic).toBeGreaterThan(10);
  expect(last.outputs).toEqual([{ name: path, dropped: 0, failures: 0, files: [path] }]);
  expect(await packetTimes(path, 'v:0', binaries)).toHaveLength(last.frames);
});

test('for people the summary is a few lines', async () => {
  const { io, ended } = start('--publish', at('hls'));
  await expect.poll(() => io.err()).toContain('The picture is shown.');
  io.stop();
  expect(await ended).toBe(0);
  expect(io.out()).toMatch(/^0:\d\d {2}\d+ frames in, \d+ out, 0 dropped/);
  expect(io.out()).toContain(at('hls'));
});
