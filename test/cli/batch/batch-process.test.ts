import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { readTracks } from '../../../src/documents/tracks-document.ts';
import { noParts } from '../../jobs/support/parts-ffmpeg.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { veil } from '../memory-io.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const QUICK = ['--look-sizes', '320', '--preset', 'ultrafast'];

const at = temporaryFolder();
let ffmpeg: string;
beforeAll(async () => {
  ffmpeg = (await findBinaries()).ffmpeg.path;
});

interface Line {
  readonly type: string;
  readonly status?: string;
  readonly input?: string;
}

describe.skipIf(process.platform === 'win32')('a batch that is killed (Windows has no such signal)', () => {
  it('is finished by the same command, which passes over what was done, and nothing else is left', async () => {
    await mkdir(at('in'));
    await makePhotoClip(ffmpeg, at('in/a.mp4'), { seconds: 0.4, size: '320:240' });
    await makePhotoClip(ffmpeg, at('in/b.mp4'), { seconds: 6, size: '320:240' });
    await copyFile(at('in/a.mp4'), at('in/c.mp4'));
    const args = ['blur', '--json', ...QUICK, at('in'), '-o', at('out')];
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    const names = (): Promise<string[]> => readdir(at('out')).catch(() => []);
    const unfinished = async (): Promise<string[]> => (await names()).filter((name) => name.startsWith('.'));
    // The first is done, its tracks last, and the second is in progress.
    await expect.poll(names, { timeout: 60_000 }).toContain('a.veil.tracks.json');
    await expect.poll(unfinished, { timeout: 60_000 }).not.toEqual([]);
    child.kill('SIGKILL');
    await exited;
    const before = await stat(at('out/a.veil.mp4'));
    const { out } = await veil(args);
    const ends = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
      .filter(({ type }) => type === 'result')
      .map(({ input, status }) => [basename(input ?? ''), status === 'already-done']);
    expect(Object.fromEntries(ends)).toEqual({ 'a.mp4': true, 'b.mp4': false, 'c.mp4': false });
    expect((await stat(at('out/a.veil.mp4'))).mtimeMs).toBe(before.mtimeMs);
    const results = ['a', 'b', 'c'].flatMap((name) =>
      ['mp4', 'report.json', 'tracks.json'].map((ending) => `${name}.veil.${ending}`),
    );
    // Child processes of the killed run end by themselves, and may still be running.
    await expect.poll(async () => (await names()).sort(), { timeout: 20_000 }).toEqual(results);
  });
});

describe.skipIf(noParts !== '')(`veil blur of one long video with --jobs ${noParts}`, () => {
  it('shows the same pictures at the same times, with the same tracks, as in one piece', async () => {
    await makePhotoClip(ffmpeg, at('long.mp4'), { seconds: 121, rate: '4', size: '320:240', sound: true });
    const blur = async (name: string, ...flags: string[]): Promise<string> => {
      const output = ['-o', at(`${name}.mp4`), '--tracks-out', at(`${name}.json`)];
      const { code, err } = await veil(['blur', at('long.mp4'), ...output, ...QUICK, '--crf', '0', ...flags]);
      expect([0, 3], err).toContain(code);
      return err;
    };
    await blur('one');
    expect(await blur('parts', '--jobs', '2')).toMatch(/\d parts, 2 at once/);
    expect(await shown('parts')).toEqual(await shown('one'));
    expect(await readTracks(at('parts.json'))).toEqual(await readTracks(at('one.json')));
    expect((await readdir(at())).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

/** Time and checksum of every picture. */
async function shown(name: string): Promise<string[]> {
  const file = at(`${name}.framemd5`);
  const output = ['-map', '0:v', '-f', 'framemd5', file];
  await capture(ffmpeg, ['-v', 'error', '-i', at(`${name}.mp4`), ...output]);
  return (await readFile(file, 'utf8')).split('\n').filter((line) => !line.startsWith('#'));
}
