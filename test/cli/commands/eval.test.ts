import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { veil } from '../memory-io.ts';

const at = temporaryFolder();

/** The whole picture as one face of ten frames: textured, and always present. */
const row = (frame: number): number[] => [frame, 200, 60, 200, 240];

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: 0.4 });
  const black = ['-v', 'error', '-f', 'lavfi', '-i', 'color=black:s=640x360:r=25:d=0.4', at('black.mp4')];
  await capture(ffmpeg.path, black);
  const boxes = Array.from({ length: 10 }, (_, frame) => row(frame));
  const columns = ['frame', 'x', 'y', 'width', 'height'];
  const truth = {
    format: 'truth/1',
    width: 640,
    height: 360,
    frames: 10,
    columns,
    tracks: [{ id: 1, boxes }],
  };
  await writeFile(at('truth.json'), JSON.stringify(truth));
  const mot = boxes.map(([frame, ...box]) => [frame! + 1, 1, ...box, 1, -1, -1, -1].join(','));
  await writeFile(at('gt.txt'), `${mot.join('\n')}\n5,2,0,0,50,50,0,-1,-1,-1\n`);
});

describe('veil eval', () => {
  test('finds every face of an output that is the original, and says so with 3', async () => {
    const args = ['eval', at('clip.mp4'), '--truth', at('truth.json'), '--output', at('clip.mp4')];
    const { code, out } = await veil([...args, '--timeline', at('line.svg')]);
    expect(code).toBe(3);
    expect(out).toMatch(/faces in frames, from 16 px +10 of 10 exposed \(100.00 %\)/);
    expect(out).toMatch(/longest exposed run +10 frames/);
    expect(await readFile(at('line.svg'), 'utf8')).toContain('#d00000');
  });

  test('finds none in a black picture, and reads MOT Challenge text', async () => {
    const args = ['eval', at('clip.mp4'), '--truth', at('gt.txt'), '--output', at('black.mp4'), '--json'];
    const { code, out } = await veil(args);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      frames: 10,
      faceFrames: 10,
      exposedFaceFrames: 0,
      identities: 1,
    });
  });

  test('an output of a part proves nothing, even if it is black: 3, and why', async () => {
    const { ffmpeg } = await findBinaries();
    const part = ['-v', 'error', '-i', at('black.mp4'), '-frames:v', '6', at('part.mp4')];
    await capture(ffmpeg.path, part);
    const args = ['eval', at('clip.mp4'), '--truth', at('truth.json'), '--output', at('part.mp4')];
    const { code, out, err } = await veil(args);
    expect(code).toBe(3);
    expect(out).toMatch(/faces in frames, from 16 px +0 of 6 exposed/);
    expect(err).toContain('4 frames of the original have none to compare with');
  });

  test('says how much of a film without faces is covered, and by how many tracks', async () => {
    const empty = { format: 'truth/1', width: 640, height: 360, frames: 10, tracks: [] };
    const columns = ['frame', 'x', 'y', 'width', 'height'];
    await writeFile(at('nobody.json'), JSON.stringify({ ...empty, columns }));
    const args = ['eval', at('clip.mp4'), '--truth', at('nobody.json')];
    expect((await veil([...args, '--output', at('black.mp4')])).out).toMatch(
      /covered on face-free film +\d+\.\d+ %/,
    );
    const config = { shape: 'ellipse', padding: 0 };
    const tracks = [{ id: 1, boxes: [[...row(3), 0]] }];
    const report = { format: 'veil-report/1', frames: 10, config, tracks };
    await writeFile(at('false.json'), JSON.stringify(report));
    expect((await veil([...args, '--report', at('false.json')])).out).toMatch(
      /false tracks a minute +150\.0/,
    );
  });

  test('measures a report by its boxes', async () => {
    const boxes = Array.from({ length: 8 }, (_, frame) => [...row(frame), 0]);
    const config = { shape: 'ellipse', padding: 0 };
    const report = { format: 'veil-report/1', frames: 10, config, tracks: [{ id: 1, boxes }] };
    await writeFile(at('report.json'), JSON.stringify(report));
    const args = ['eval', at('clip.mp4'), '--truth', at('truth.json'), '--report', at('report.json')];
    const { code, out } = await veil(args);
    expect(code).toBe(3);
    expect(out).toMatch(/faces in frames, from 16 px +2 of 10 exposed/);
    expect(out).toMatch(/changed away from faces +not measured/);
  });

  test.each([
    [['--truth', 'truth.json'], 'USAGE', 2],
    [['--truth', 'truth.json', '--output', 'clip.mp4', '--report', 'report.json'], 'USAGE', 2],
    [['--truth', 'none.json', '--output', 'clip.mp4'], 'INPUT_NOT_FOUND', 1],
    [['--truth', 'clip.mp4', '--output', 'clip.mp4'], 'INPUT_UNREADABLE', 1],
    [['--truth', 'truth.json', '--output', 'none.mp4'], 'INPUT_NOT_FOUND', 1],
    [['--truth', 'truth.json', '--report', 'truth.json'], 'INPUT_UNREADABLE', 1],
  ])('%j is %s', async (args, code, exitCode) => {
    const paths = args.map((arg) => (arg.startsWith('--') ? arg : at(arg)));
    const result = await veil(['eval', at('clip.mp4'), ...paths]);
    expect(result.code).toBe(exitCode);
    expect(result.err).toContain(code);
  });
});
