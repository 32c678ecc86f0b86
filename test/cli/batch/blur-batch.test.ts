import { copyFile, mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { run } from '../../../src/cli/program.ts';
import { groupPhoto, makePhotoClip } from '../../support/photo-clip.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { memoryIo, veil } from '../memory-io.ts';

/** Small and fast: these tests are about files, not quality. */
const QUICK = ['--look-sizes', '320', '--preset', 'ultrafast'];

const root = temporaryFolder();
let count = 0;
const at = (name: string): string => root(`${count}`, name);
beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, root('a.mp4'), { seconds: 0.4, size: '320:240' });
  await makePhotoClip(ffmpeg.path, root('b.mp4'), { seconds: 0.6, size: '320:240' });
  await sharp(groupPhoto(1)).resize(320).toFile(root('photo.jpg'));
});
beforeEach(async () => {
  count += 1;
  await mkdir(at('in'), { recursive: true });
  for (const name of ['a.mp4', 'b.mp4', 'photo.jpg']) await copyFile(root(name), at(`in/${name}`));
});

interface Line {
  readonly type: string;
  readonly status?: string;
  readonly needsReview?: boolean;
  readonly input?: string;
  readonly error?: { readonly code: string };
}

async function blur(...flags: string[]) {
  const { code, out, err } = await veil(['blur', '--json', ...QUICK, at('in'), '-o', at('out'), ...flags]);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const ends = lines
    .filter(({ type }) => type === 'result')
    .map(({ input, status, error }) => [
      basename(input ?? ''),
      error?.code ?? (status === 'already-done' ? status : 'done'),
    ]);
  return { code, err, ends: Object.fromEntries(ends) as Record<string, string>, summary: lines.at(-1) };
}

const DONE = { 'a.mp4': 'done', 'b.mp4': 'done', 'photo.jpg': 'done' };
const ALREADY = { 'a.mp4': 'already-done', 'b.mp4': 'already-done', 'photo.jpg': 'already-done' };

describe('a batch', () => {
  it('passes over what an earlier run has done, and does what failed once more', async () => {
    await writeFile(at('in/broken.mp4'), 'not a video at all\n'.repeat(100));
    const first = await blur();
    expect(first.ends).toEqual({ ...DONE, 'broken.mp4': 'INPUT_NOT_MEDIA' });
    expect(first.code).toBe(1);
    const before = await stat(at('out/a.veil.mp4'));
    await copyFile(root('a.mp4'), at('in/broken.mp4'));
    const second = await blur();
    expect(second.ends).toEqual({ ...ALREADY, 'broken.mp4': 'done' });
    expect(second.summary).toMatchObject({ inputs: 4, done: 1, alreadyDone: 3, failed: 0 });
    expect((await stat(at('out/a.veil.mp4'))).mtimeMs).toBe(before.mtimeMs);
    const third = await blur();
    expect(third.summary).toMatchObject({ done: 0, alreadyDone: 4 });
    // Files that needed a review still do.
    expect(third.code).toBe(second.code);
  });

  it('does again what differs, where it may replace it', async () => {
    await blur();
    expect((await blur('--cells', '4')).ends).toEqual({
      'a.mp4': 'OUTPUT_EXISTS',
      'b.mp4': 'OUTPUT_EXISTS',
      'photo.jpg': 'OUTPUT_EXISTS',
    });
    expect((await blur('--cells', '4', '--overwrite')).ends).toEqual(DONE);
    expect((await blur('--cells', '4')).ends).toEqual(ALREADY);
    expect((await blur('--cells', '4', '--overwrite')).ends).toEqual(ALREADY);
    expect((await blur('--cells', '4', '--overwrite', '--no-resume')).ends).toEqual(DONE);
    expect((await blur('--cells', '4', '--no-resume')).ends['a.mp4']).toBe('OUTPUT_EXISTS');
  });

  it('knows an input again by its content, not by its time or size', async () => {
    await blur();
    const now = new Date();
    await utimes(at('in/a.mp4'), now, now);
    expect((await blur()).ends).toEqual(ALREADY);
    const content = await readFile(at('in/b.mp4'));
    const { atime, mtime } = await stat(at('in/b.mp4'));
    content[content.length - 1]! ^= 1;
    await writeFile(at('in/b.mp4'), content);
    await utimes(at('in/b.mp4'), atime, mtime);
    expect((await blur()).ends).toEqual({ ...ALREADY, 'b.mp4': 'OUTPUT_EXISTS' });
  });

  it('does not count as done what lacks a file, or whose output was changed', async () => {
    await blur();
    await rm(at('out/a.veil.tracks.json'));
    await writeFile(at('out/b.veil.mp4'), 'cut off');
    expect((await blur()).ends).toEqual({
      'a.mp4': 'OUTPUT_EXISTS',
      'b.mp4': 'OUTPUT_EXISTS',
      'photo.jpg': 'already-done',
    });
    await writeFile(at('out/photo.jpg.veil.report.json'), '{"format":"veil-report/1"}');
    expect((await blur()).ends['photo.jpg']).toBe('OUTPUT_EXISTS');
  });

  it('does not count as done what a review decided after it was rendered', async () => {
    await blur();
    const tracks = at('out/a.veil.tracks.json');
    const document = JSON.parse(await readFile(tracks, 'utf8')) as object;
    const decided = JSON.stringify({ ...document, format: 'veil-tracks/2' });
    await writeFile(tracks, decided);
    expect((await blur()).ends).toEqual({ ...ALREADY, 'a.mp4': 'OUTPUT_EXISTS' });
    // As after a review that saved and then rendered.
    const { mtimeMs } = await stat(at('out/a.veil.report.json'));
    await utimes(tracks, mtimeMs / 1000 - 1, mtimeMs / 1000 - 1);
    expect((await blur('--threshold', '0.5')).ends).toMatchObject({ 'a.mp4': 'already-done' });
    const step = '{"by":"ada","at":"2026-01-02T03:04:05Z","undo":true}';
    await writeFile(at('out/a.veil.edits.jsonl'), `{"format":"veil-edits/1"}\n${step}\n`);
    expect((await blur()).ends).toEqual({ ...ALREADY, 'a.mp4': 'OUTPUT_EXISTS' });
  });

  it('does again what lacks a seal, and audits what was done where that is asked for', async () => {
    await blur();
    const sealed = await blur('--seal', '--overwrite');
    expect(sealed.ends).toEqual(DONE);
    expect((await blur('--seal')).ends).toEqual(ALREADY);
    const { out } = await veil(['blur', ...QUICK, at('in'), '-o', at('out'), '--seal', '--audit', '--json']);
    expect(out.match(/"type":"audit"/g)).toHaveLength(3);
  });

  it('says which of how many a file is, what failed and why, and what an earlier run had done', async () => {
    await writeFile(at('in/broken.mp4'), 'not a video at all\n'.repeat(100));
    const args = ['blur', ...QUICK, at('in'), '-o', at('out')];
    const first = await veil(args, { tty: true, columns: 120 });
    expect(first.out).toMatch(/^1 of 4 {2}\S*a\.mp4 -> .*\n2 of 4 {2}\S*b\.mp4 -> /);
    expect(first.out).toMatch(/Failed:\n {2}\S*broken\.mp4: .* \[INPUT_NOT_MEDIA\]\n3 of 4 done, 1 failed, /);
    expect(first.err).toMatch(/2 of 4 {2}\d+ % .*all in \d/);
    const page = await readFile(new URL('../../../docs/batch.md', import.meta.url), 'utf8');
    const [, sample = 'none'] = /^ {2}footage\/day1\/notes\.mp4: (.*)$/m.exec(page) ?? [];
    expect(first.out).toContain(sample.replace('footage/day1/notes.mp4', at('in/broken.mp4')));
    const second = await veil(args);
    expect(second.out).toMatch(/^1 of 4 {2}\S*a\.mp4 -> \S*a\.veil\.mp4 {2}already done\n/);
    expect(second.out).toContain('0 of 4 done, 3 already done, 1 failed');
  });

  it('says once what is the same of several files, such as that ffmpeg is old', async () => {
    const { err } = await veil(['blur', ...QUICK, at('in'), '-o', at('out')]);
    const { notes } = await findBinaries();
    for (const note of notes) expect(err.split(note)).toHaveLength(2);
    expect(err).not.toMatch(/^(.*: \S.*)$[^]*^\1$/m);
  });

  it('works on several files at once with the same result, and one that fails stops no other', async () => {
    await blur();
    const names = ['a.veil.mp4', 'b.veil.mp4', 'photo.veil.jpg'];
    const alone = await Promise.all(names.map((name) => readFile(at(`out/${name}`))));
    await rm(at('out'), { recursive: true });
    await writeFile(at('in/broken.mp4'), 'not a video at all\n'.repeat(100));
    const { ends, code } = await blur('--jobs', '3');
    expect(ends).toEqual({ ...DONE, 'broken.mp4': 'INPUT_NOT_MEDIA' });
    expect(code).toBe(1);
    const together = await Promise.all(names.map((name) => readFile(at(`out/${name}`))));
    expect(together.map((file, index) => file.equals(alone[index]!))).toEqual([true, true, true]);
    expect((await blur('--jobs', '2')).ends).toEqual({ ...ALREADY, 'broken.mp4': 'INPUT_NOT_MEDIA' });
  });

  it('ends all of them at Ctrl-C and leaves nothing unfinished', async () => {
    const io = memoryIo();
    const args = ['blur', ...QUICK, '--look-interval', '1', at('in'), '-o', at('out'), '--jobs', '2'];
    const running = run(args, io);
    await expect.poll(() => readdir(at('out')).catch(() => []), { timeout: 60_000 }).not.toEqual([]);
    io.stop();
    expect(await running).toBe(130);
    const left = await readdir(at('out')).catch(() => []);
    expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(io.out()).toContain('not done');
  });

  it('refuses an invalid number of jobs, and --watch for anything but a folder', async () => {
    for (const jobs of ['0', '-1', 'many', '1.5', '1000']) {
      expect((await veil(['blur', at('in'), '--jobs', jobs])).code).toBe(2);
    }
    expect((await veil(['blur', at('in/a.mp4'), '--watch'])).code).toBe(2);
    expect((await veil(['blur', at('in'), '--watch', '--review'])).code).toBe(2);
  });

  it('watches a folder: takes what has stopped growing, once, and ends at Ctrl-C', async () => {
    const [whole, photo] = await Promise.all(
      ['a.mp4', 'photo.jpg'].map((name) => readFile(at(`in/${name}`))),
    );
    await rm(at('in'), { recursive: true });
    await mkdir(at('in'));
    const io = memoryIo();
    const running = run(['blur', '--json', ...QUICK, at('in'), '-o', at('out'), '--watch'], io);
    await expect.poll(io.out).toContain('Watching');
    await writeFile(at('in/a.mp4'), whole!.subarray(0, 4000));
    await writeFile(at('in/photo.jpg'), photo!);
    const grown = setTimeout(() => void writeFile(at('in/a.mp4'), whole!), 3000);
    await expect.poll(io.out, { timeout: 60_000 }).toContain('a.veil.mp4');
    clearTimeout(grown);
    await expect.poll(io.out, { timeout: 10_000 }).toContain('photo.veil.jpg');
    io.stop();
    expect([0, 3]).toContain(await running);
    expect(io.out()).not.toContain('failed":1');
    expect(io.out().match(/"output":"[^"]*a\.veil\.mp4"/g)).toHaveLength(1);
  });
});
