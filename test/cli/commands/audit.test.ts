import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { veil } from '../memory-io.ts';

const at = temporaryFolder();

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: 0.6 });
  const tagged = [
    '-v',
    'error',
    '-i',
    at('clip.mp4'),
    '-c',
    'copy',
    '-metadata',
    'title=Home',
    at('tagged.mp4'),
  ];
  await capture(ffmpeg.path, tagged);
  const empty = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'color=gray:s=320x180:r=25:d=0.4',
    '-fflags',
    '+bitexact',
  ];
  await capture(ffmpeg.path, [...empty, '-map_metadata', '-1', at('empty.mp4')]);
});

describe('veil audit', () => {
  test('finds the faces that are to be seen, names the tag, draws a sheet and exits with 3', async () => {
    const { code, out } = await veil(['audit', at('tagged.mp4'), '--sheet', at('sheet.png'), '--json']);
    expect(code).toBe(3);
    const found = JSON.parse(out) as { findings: { score: number; from: number }[]; problems: string[] };
    expect(found.findings.length).toBeGreaterThan(1);
    expect(found.findings[0]!.score).toBeGreaterThan(0.6);
    expect(found.problems).toEqual(['It has the tag title.']);
    expect(out).not.toContain('"crop"');
    const { width, height } = await sharp(await readFile(at('sheet.png'))).metadata();
    expect([width, height > 100]).toEqual([960, true]);
  });

  test('finds nothing in a picture without faces', async () => {
    const { code, out } = await veil(['audit', at('empty.mp4')]);
    expect(out).toMatch(/^Nothing was found in 10 frames of /);
    expect(code).toBe(0);
  });

  test('does not tell faces again that the report says are covered', async () => {
    const whole = Array.from({ length: 8 }, (_, frame) => [frame, 0, 0, 640, 360, 0]);
    const report = {
      format: 'veil-report/1',
      frames: 15,
      config: { shape: 'rectangle', padding: 0.2 },
      tracks: [{ id: 1, boxes: whole }],
      curtains: [{ firstFrame: 8, lastFrame: 14, from: 0.32, to: 0.56 }],
    };
    await writeFile(at('report.json'), JSON.stringify(report));
    const { code, out } = await veil(['audit', at('clip.mp4'), '--report', at('report.json'), '--json']);
    expect((JSON.parse(out) as { findings: unknown[] }).findings).toEqual([]);
    expect(code).toBe(0);
  });

  test('notices a report of another video', async () => {
    const config = { shape: 'ellipse', padding: 0.2 };
    await writeFile(
      at('other.json'),
      JSON.stringify({ format: 'veil-report/1', frames: 99, config, tracks: [] }),
    );
    const { out } = await veil(['audit', at('empty.mp4'), '--report', at('other.json')]);
    expect(out).toContain('It has 10 frames, and the report 99');
  });

  test('names no option that it lacks where its sheet is there already', async () => {
    await writeFile(at('there.png'), await readFile(at('sheet.png')));
    const { code, err } = await veil(['audit', at('empty.mp4'), '--sheet', at('there.png')]);
    expect(code).toBe(1);
    expect(err).toMatch(/OUTPUT_EXISTS\]\n.*--overwrite/);
    expect(err).not.toContain('-o,');
  });

  test('refuses files that are not reports', async () => {
    await writeFile(at('no.json'), '{}');
    const { code, err } = await veil(['audit', at('empty.mp4'), '--report', at('no.json')]);
    expect(code).toBe(1);
    expect(err).toContain('INPUT_UNREADABLE');
  });
});

test('veil blur --audit looks at what it made', async () => {
  const args = ['blur', at('clip.mp4'), '-o', at('safe.mp4'), '--preset', 'ultrafast', '--audit', '--json'];
  const { code, out } = await veil(args);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditLine);
  const audit = lines.find(({ type }) => type === 'audit');
  expect(audit).toMatchObject({ output: at('safe.mp4'), frames: 15, problems: [] });
  const isToReview = lines.some(({ status }) => status === 'review');
  expect(code).toBe(audit!.findings!.length > 0 || isToReview ? 3 : 0);
});

interface AuditLine {
  readonly type: string;
  readonly status?: string;
  readonly findings?: unknown[];
  readonly problems?: string[];
}
