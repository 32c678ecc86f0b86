import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { beforeAll, expect, test, vi } from 'vitest';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
let binaries: Binaries;

beforeAll(async () => {
  binaries = await findBinaries();
});

test('a file says what streams it has, with strange names too', async () => {
  const path = at(`-a 'b" ü🎈:c.mkv`);
  await capture(binaries.ffmpeg.path, [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=64x48:r=30000/1001:d=1'],
    ...['-f', 'lavfi', '-i', 'sine=d=1', '-f', 'lavfi', '-i', 'sine=d=1'],
    ...['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-c:a', 'flac'],
    ...['-metadata', 'title=Secret', '-metadata:s:a:1', 'language=deu', `file:${path}`],
  ]);
  const found = await probe(path, binaries);
  expect(found.video).toMatchObject({ codec: 'h264', width: 64, height: 48, rotation: 0, bitDepth: 8 });
  expect(found.video!.frameRate).toEqual({ num: 30_000, den: 1001 });
  expect(found.audio.map(({ codec, language }) => [codec, language])).toEqual([
    ['flac', null],
    ['flac', 'deu'],
  ]);
  expect(found.streamKinds).toEqual(['video', 'audio', 'audio']);
  expect(found.tags['title']).toBe('Secret');
  expect(found.duration).toBeCloseTo(1, 1);
});

test.each([
  ['rgba64be', 'png', 16],
  ['rgb565le', 'rawvideo', 8],
  ['yuv420p9le', 'ffv1', 9],
  ['yuv420p', 'ffv1', 8],
])('a sample of %s as %s has %i bits', async (format, codec, bits) => {
  const path = at(`${format}.nut`);
  const graph = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=5:d=0.2'];
  await capture(binaries.ffmpeg.path, ['-v', 'error', ...graph, '-c:v', codec, '-pix_fmt', format, path]);
  expect((await probe(path, binaries)).video!.bitDepth).toBe(bits);
});

test.each([
  ['a missing file', 'INPUT_NOT_FOUND', () => at('nothing.mp4')],
  ['an empty file', 'INPUT_EMPTY', () => written('empty.mp4', '')],
  ['a text', 'INPUT_NOT_MEDIA', () => written('text.mp4', 'not a video '.repeat(100))],
  [
    'a web page',
    'INPUT_NOT_MEDIA',
    () => written('page.mp4', '<!DOCTYPE html><html><body>404</body></html>'.repeat(50)),
  ],
  ['a folder', 'INPUT_UNREADABLE', () => folder('folder.mp4')],
  ['a link to itself', 'INPUT_UNREADABLE', () => linkToItself('loop.mp4')],
])('%s is refused with %s', async (_, code, make) => {
  await expect(probe(await make(), binaries)).rejects.toMatchObject({
    code,
    hint: expect.any(String) as string,
  });
});

test.each([
  ['ISO 8859-5', '\u0001'],
  ['ISO 8859-15', '\u000b'],
])('a transport stream of a station with a name in %s is read', async (set, first) => {
  const path = at(`station ${set}.ts`);
  const graph = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=5:d=0.4'];
  // ETSI EN 300 468, annex A: the first character stands for the set. Old builds write it as it is.
  const name = ['-metadata', `service_name=${first}Name`];
  await capture(binaries.ffmpeg.path, ['-v', 'error', ...graph, ...name, path]);
  expect((await probe(path, binaries)).video).toMatchObject({ codec: 'mpeg2video', width: 64 });
});

test('a turned picture is refused where ffprobe can not say how it is turned', async () => {
  const path = at('turned.mp4');
  const graph = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=5:d=0.4'];
  await capture(binaries.ffmpeg.path, ['-v', 'error', ...graph, at('upright.mp4')]);
  await capture(binaries.ffmpeg.path, [
    ...['-v', 'error', '-i', at('upright.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', path],
  ]);
  const ffprobe = { ...binaries.ffprobe, path: at('fails-at-matrices.sh') };
  await writeFile(
    ffprobe.path,
    `#!/bin/sh\ncase "$*" in *displaymatrix*) echo 'out of memory' >&2; exit 1; esac\nexec '${binaries.ffprobe.path}' "$@"\n`,
    { mode: 0o755 },
  );
  await expect(probe(at('upright.mp4'), { ...binaries, ffprobe })).resolves.toMatchObject({
    video: { rotation: 0 },
  });
  await expect(probe(path, { ...binaries, ffprobe })).rejects.toMatchObject({ code: 'INPUT_NOT_MEDIA' });
});

async function written(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

async function folder(name: string): Promise<string> {
  await mkdir(at(name));
  return at(name);
}

async function linkToItself(name: string): Promise<string> {
  await symlink(at(name), at(name));
  return at(name);
}

test('an ffprobe that takes too long is ended', async () => {
  const { ffprobe, pid } = await stuckProbe('slow');
  const path = await written('slow.mp4', 'x');
  await expect(probe(path, { ...binaries, ffprobe }, { timeoutMs: 1500 })).rejects.toMatchObject({
    code: 'INPUT_NOT_MEDIA',
    cause: expect.stringContaining('longer than 1.5 s') as string,
  });
  await expectEnded(await pid());
});

test('the signal ends ffprobe', async () => {
  const { ffprobe, pid } = await stuckProbe('stopped');
  const controller = new AbortController();
  const path = await written('stopped.mp4', 'x');
  const probing = probe(path, { ...binaries, ffprobe }, { signal: controller.signal });
  const child = await pid();
  controller.abort();
  await expect(probing).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await expectEnded(child);
});

/** A program that ignores TERM, like one that waits for a disk. */
async function stuckProbe(name: string) {
  const [path, file] = [at(`${name}.sh`), at(`${name}.pid`)];
  await writeFile(path, `#!/bin/sh\ntrap '' TERM\necho $$ > '${file}'\nwhile :; do sleep 0.1; done\n`, {
    mode: 0o755,
  });
  const read = (): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const pid = async (): Promise<number> => {
    await vi.waitUntil(async () => (await read()).endsWith('\n'), 10_000);
    return Number(await read());
  };
  return { ffprobe: { path, version: '', origin: 'environment' as const }, pid };
}

async function expectEnded(pid: number): Promise<void> {
  const isAlive = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await vi.waitFor(() => {
    expect(isAlive()).toBe(false);
  }, 5000);
}
