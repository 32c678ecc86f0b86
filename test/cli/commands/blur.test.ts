import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { VeilError } from '../../../src/errors.ts';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { groupPhoto, makePhotoClip } from '../../support/photo-clip.ts';
import { run } from '../../../src/cli/program.ts';
import { memoryIo, veil } from '../memory-io.ts';

/** Small and fast: these tests are about inputs and outputs, not quality. */
const QUICK = ['--look-sizes', '320', '--preset', 'ultrafast'];

let clip: string;
let photo: string;
let source: string;
let folder: string;
beforeAll(async () => {
  source = await mkdtemp(join(tmpdir(), 'veil-blur-source-'));
  folder = await mkdtemp(join(tmpdir(), 'veil-blur-'));
  clip = join(source, 'clip.mp4');
  photo = join(source, 'photo.jpg');
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, clip, { seconds: 0.4, size: '320:240' });
  await sharp(groupPhoto(1))
    .resize(320)
    .withExif({ IFD0: { Make: 'Secret Camera' }, IFD3: { GPSLatitudeRef: 'N' } })
    .toFile(photo);
});
afterAll(async () => {
  await rm(source, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
});

const at = (name: string): string => join(folder, name);

interface Line {
  readonly type: string;
  readonly status?: string;
  readonly input?: string;
  readonly output?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly exitCode?: number;
}

async function blurJson(...argv: string[]) {
  const { code, out, err } = await veil(['blur', '--json', ...QUICK, ...argv]);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const codes = Object.fromEntries(
    lines
      .filter(({ type }) => type === 'result')
      .map(({ input, status, error }) => [basename(input ?? ''), error?.code ?? status]),
  );
  return { code, err, lines, codes };
}

describe('veil blur', () => {
  it('covers a folder with its structure, and one bad input does not stop the others', async () => {
    await mkdir(at("in/it's 😀 [x]"), { recursive: true });
    await copyFile(clip, at("in/it's 😀 [x]/clip one.mp4"));
    await copyFile(photo, at('in/photo.jpg'));
    await writeFile(at('in/empty.mp4'), '');
    await writeFile(at('in/text.mp4'), 'not a video at all\n'.repeat(100));
    const { code, codes, lines, err } = await blurJson(at('in'), at('missing.mp4'), '-o', at('out'));
    expect(code).toBe(1);
    expect(codes).toMatchObject({
      'empty.mp4': 'INPUT_EMPTY',
      'text.mp4': 'INPUT_NOT_MEDIA',
      'missing.mp4': 'INPUT_NOT_FOUND',
      'clip one.mp4': expect.stringMatching(/^(done|review)$/) as string,
      'photo.jpg': expect.stringMatching(/^(done|review)$/) as string,
    });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', inputs: 5, done: 2, failed: 3, exitCode: 1 });
    expect(err).not.toMatch(/\n\s+at /);
    expect((await readdir(at('out'), { recursive: true })).sort()).toEqual([
      'in',
      "in/it's 😀 [x]",
      "in/it's 😀 [x]/clip one.veil.mp4",
      "in/it's 😀 [x]/clip one.veil.report.json",
      "in/it's 😀 [x]/clip one.veil.tracks.json",
      'in/photo.jpg.veil.report.json',
      'in/photo.jpg.veil.tracks.json',
      'in/photo.veil.jpg',
    ]);
    expect((await sharp(at('out/in/photo.veil.jpg')).metadata()).exif).toBeUndefined();
    expect(await readFile(at('in/photo.jpg'))).toEqual(await readFile(photo));
  });

  it('overwrites nothing unless told to, and never the input', async () => {
    await copyFile(clip, at('a.mp4'));
    await writeFile(at('a.veil.mp4'), 'precious');
    expect((await blurJson(at('a.mp4'))).codes).toEqual({ 'a.mp4': 'OUTPUT_EXISTS' });
    expect((await blurJson(at('a.mp4'), '-o', at('a.mp4'), '--overwrite')).codes).toEqual({
      'a.mp4': 'OUTPUT_IS_INPUT',
    });
    expect(await readFile(at('a.veil.mp4'), 'utf8')).toBe('precious');
    expect(await readFile(at('a.mp4'))).toEqual(await readFile(clip));
    // Not a video, so no run of Veil wrote it.
    expect((await blurJson(at('a.mp4'), '--overwrite')).codes).toEqual({ 'a.mp4': 'OUTPUT_EXISTS' });
    await copyFile(clip, at('a.veil.mp4'));
    expect((await blurJson(at('a.mp4'), '--overwrite')).codes['a.mp4']).not.toMatch(/[A-Z]/);
    expect((await stat(at('a.veil.mp4'))).size).toBeGreaterThan(1000);
    // The report of the last run exists.
    await rm(at('a.veil.mp4'));
    expect((await blurJson(at('a.mp4'))).codes).toEqual({ 'a.mp4': 'OUTPUT_EXISTS' });
    expect((await readdir(folder)).sort()).toEqual(['a.mp4', 'a.veil.report.json', 'a.veil.tracks.json']);
  });

  it('keeps its tracks beside the output, for their owner alone, unless told not to', async () => {
    await copyFile(clip, at('a.mp4'));
    await veil(['blur', ...QUICK, at('a.mp4'), '-o', at('safe.mp4')]);
    expect((await stat(at('safe.veil.tracks.json'))).mode & 0o777).toBe(0o600);
    const tracks = await readFile(at('safe.veil.tracks.json'), 'utf8');
    expect(tracks).toContain('"name":"a.mp4"');
    expect(tracks).not.toContain(folder);
    await veil(['blur', ...QUICK, at('a.mp4'), '-o', at('bare.mp4'), '--no-tracks', '--no-report']);
    expect((await readdir(folder)).sort()).toEqual([
      'a.mp4',
      'bare.mp4',
      ...['safe.mp4', 'safe.veil.report.json', 'safe.veil.tracks.json'],
    ]);
    const both = await veil(['blur', at('a.mp4'), '--no-tracks', '--tracks-out', at('t.json')]);
    expect(both.code).toBe(2);
  });

  it('never replaces tracks in which somebody decided something', async () => {
    await copyFile(clip, at('a.mp4'));
    await veil(['blur', ...QUICK, at('a.mp4')]);
    const again = () => blurJson(at('a.mp4'), '--overwrite');
    expect((await again()).codes['a.mp4']).toMatch(/^(done|review)$/);
    const log = at('a.veil.edits.jsonl');
    const format = '{"format":"veil-edits/1"}\n';
    await writeFile(log, format);
    expect((await again()).codes['a.mp4']).toMatch(/^(done|review)$/);
    await writeFile(log, `${format}{"by":"ada","at":"2026-01-02T03:04:05Z","undo":true}\n`);
    const detected = await veil(['detect', at('a.mp4'), '--overwrite', '--json']);
    expect(detected.out + detected.err).toContain('OUTPUT_EXISTS');
    expect((await again()).codes['a.mp4']).toBe('OUTPUT_EXISTS');
    await rm(log);
    const document = JSON.parse(await readFile(at('a.veil.tracks.json'), 'utf8')) as object;
    await writeFile(at('a.veil.tracks.json'), JSON.stringify({ ...document, format: 'veil-tracks/2' }));
    expect((await again()).codes['a.mp4']).toBe('OUTPUT_EXISTS');
    expect((await blurJson(at('a.mp4'), '--overwrite', '--no-tracks')).codes['a.mp4']).toMatch(
      /^(done|review)$/,
    );
  });

  it('ends with what was written, who is covered, and how to look at it', async () => {
    await copyFile(clip, at('a b.mp4'));
    const { out } = await veil(['blur', ...QUICK, at('a b.mp4'), '--style', 'mosaic']);
    const [last] = out.trimEnd().split('\n').slice(-1);
    expect(last).toMatch(
      /a b\.veil\.mp4 is written, with its report and tracks beside it\. \d+ faces? (are|is) covered; /,
    );
    expect(last).toMatch(/: veil review '\S*a b\.veil\.mp4' --style mosaic --preset ultrafast$/);
    const quiet = await veil(['blur', ...QUICK, at('a b.mp4'), '-o', at('c.mp4'), '--quiet']);
    expect(quiet.out).toBe('');
  });

  it('goes on with the review at once where it is told to', async () => {
    await copyFile(clip, at('a.mp4'));
    const io = memoryIo();
    const running = run(['blur', ...QUICK, at('a.mp4'), '--review'], io);
    await expect.poll(io.out, { timeout: 60_000 }).toMatch(/Review: http/);
    io.stop();
    expect(await running).toBe(3);
    for (const args of [[at('a.mp4'), at('b.mp4')], [folder], [at('a.mp4'), '--no-tracks']]) {
      expect((await veil(['blur', ...args, '--review'])).code).toBe(2);
    }
  });

  it('says when and where to look, and 3, when a face was left open', async () => {
    const { ffmpeg } = await findBinaries();
    await makePhotoClip(ffmpeg.path, at('a.mp4'), { seconds: 2, size: '320:240' });
    const { code, out, err } = await veil(['blur', ...QUICK, at('a.mp4'), '--threshold', '0.99']);
    const { uncertain } = JSON.parse(await readFile(at('a.veil.report.json'), 'utf8')) as {
      uncertain: { reason: string; risk: number; place: string }[];
    };
    expect(err).not.toContain('[');
    expect(uncertain[0]).toMatchObject({ reason: 'dismissed' });
    expect(uncertain.map(({ risk }) => risk)).toEqual(
      uncertain.map(({ risk }) => risk).sort((a, b) => b - a),
    );
    expect(out).toMatch(/ {4}0:0\d\.\d–0:0\d\.\d, [a-z ]+, about \d+ px: /);
    expect(code).toBe(3);
  });

  it('draws a sheet of the doubts from what is covered, and from the original only where that is asked for', async () => {
    const { ffmpeg } = await findBinaries();
    await makePhotoClip(ffmpeg.path, at('a.mp4'), { seconds: 2, size: '320:240' });
    const sheet = async (...flags: string[]): Promise<Buffer> => {
      const { err } = await veil([
        'blur',
        ...QUICK,
        at('a.mp4'),
        '--sheet',
        at('s.png'),
        '--overwrite',
        ...flags,
      ]);
      expect(err).not.toContain('[');
      return await sharp(await readFile(at('s.png')))
        .raw()
        .toBuffer();
    };
    const one = ['--style', 'solid', '--threshold', '0.99'];
    const covered = await sheet(...one);
    const original = await sheet(...one, '--sheet-original');
    expect(original.length).toBe(covered.length);
    expect(original.equals(covered)).toBe(false);
    expect((await stat(at('s.png'))).mode & 0o777).toBe(0o600);
    const whole = ['--style', 'solid', '--threshold', '0.99', '--start', '0.5'];
    expect((await sheet(...whole)).length).toBeGreaterThan(0);
    await sharp(groupPhoto(1)).resize(320).toFile(at('photo.jpg'));
    await veil(['blur', ...QUICK, at('a.mp4'), at('photo.jpg'), '-o', at('out'), '--sheet', at('sheets')]);
    expect((await readdir(at('sheets'))).sort()).toEqual(['a.veil.sheet.png', 'photo.jpg.veil.sheet.png']);
    expect((await veil(['blur', at('a.mp4'), '--sheet-original'])).code).toBe(2);
  });

  it('says what deserves a look although the sheet of it cannot be drawn', async () => {
    const { ffmpeg } = await findBinaries();
    await makePhotoClip(ffmpeg.path, at('a.mp4'), { seconds: 1, size: '320:240' });
    vi.doMock('../../../src/review/doubt-sheet.ts', () => ({
      doubtSheet: () => Promise.reject(new VeilError('OUTPUT_DISK_FULL', 'The disk is full.')),
    }));
    try {
      const sheet = ['--sheet', at('s.png'), '--threshold', '0.99'];
      const { code, out, err } = await veil(['blur', ...QUICK, at('a.mp4'), ...sheet]);
      expect(out).toMatch(/ {4}0:0\d\.\d–0:0\d\.\d, [a-z ]+, about \d+ px: /);
      expect([code, err]).toEqual([1, expect.stringContaining('OUTPUT_DISK_FULL')]);
    } finally {
      vi.doUnmock('../../../src/review/doubt-sheet.ts');
    }
  });

  it('makes a copy with track numbers on it, beside an output without them', async () => {
    await copyFile(clip, at('a.mp4'));
    await veil(['blur', ...QUICK, at('a.mp4'), '-o', at('plain.mp4')]);
    await veil(['blur', ...QUICK, at('a.mp4'), '--draw-labels']);
    expect((await readdir(folder)).sort().slice(0, 5)).toEqual([
      'a.mp4',
      ...['a.veil.labels.mp4', 'a.veil.mp4', 'a.veil.report.json', 'a.veil.tracks.json'],
    ]);
    const [output, plain, labels] = await Promise.all(
      ['a.veil.mp4', 'plain.mp4', 'a.veil.labels.mp4'].map((name) => readFile(at(name))),
    );
    expect(output!.equals(plain!)).toBe(true);
    expect(labels!.equals(output!)).toBe(false);
    expect((await veil(['blur', at('a.mp4'), '--draw-labels', '--no-tracks'])).code).toBe(2);
  });

  it('draws progress on a terminal and logs nothing there', async () => {
    await copyFile(clip, at('a.mp4'));
    const { err } = await veil(['blur', ...QUICK, at('a.mp4')], { tty: true, columns: 100 });
    expect(err).toMatch(/\r\x1b\[K.*a\.mp4 {2}\d+ % {2}[\d.]+ fps {2}[\d.]+x {2}.*\d faces? {2}\d+ tracks?/);
    expect(err).not.toContain('INFO');
    expect(err.endsWith('\r\x1b[K') || err.endsWith('\n')).toBe(true);
  });

  it('calls a wrong option wrong usage, and leaves no folder behind', async () => {
    await copyFile(clip, at('a.mp4'));
    expect((await blurJson(at('a.mp4'), '-o', at('a.webm'), '--codec', 'h264')).code).toBe(2);
    expect((await blurJson(at('a.mp4'), '-o', at('new/deep/'), '--crf', '60')).code).toBe(2);
    const detector = await veil(['blur', at('a.mp4'), '--detector', 'nobody', '-o', at('new/')]);
    expect(detector.code).toBe(1);
    expect(detector.err).toMatch(/\[(DETECTOR_UNAVAILABLE|MODEL_NOT_FOUND)\]/);
    expect(await readdir(folder)).toEqual(['a.mp4']);
  });
});
