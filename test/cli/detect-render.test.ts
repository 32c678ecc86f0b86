import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { TracksDocument } from '../../src/documents/tracks-document.ts';
import { groupPhoto, makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { veil } from './memory-io.ts';

const at = temporaryFolder();
const QUICK = ['--preset', 'ultrafast', '--no-report'];

beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await mkdir(at('source'));
  await makePhotoClip(ffmpeg.path, at('source/clip.mp4'), { seconds: 0.4, size: '320:240' });
  await sharp(groupPhoto(1)).resize(320).toFile(at('source/photo.png'));
});
beforeEach(async () => {
  await rm(at('in'), { recursive: true, force: true });
  await mkdir(at('in'));
  await copyFile(at('source/clip.mp4'), at('in/clip.mp4'));
});

async function json(...argv: string[]) {
  const { code, out } = await veil([...argv, '--json']);
  const lines = out.trim().split('\n');
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function tracksOf(name: string): Promise<TracksDocument> {
  return JSON.parse(await readFile(at(name), 'utf8')) as TracksDocument;
}

describe('veil detect and veil render', () => {
  it('make of a folder what veil blur makes of it', async () => {
    await copyFile(at('source/photo.png'), at('in/photo.png'));
    const finding = ['--look-sizes', '320'];
    const blurred = await json('blur', at('in'), '-o', at('in/blurred'), ...QUICK, ...finding);
    const detected = await json(
      'detect',
      at('in/clip.mp4'),
      at('in/photo.png'),
      '-o',
      at('in/tracks'),
      ...finding,
    );
    const rendered = await json(
      ...['render', at('in/clip.mp4'), at('in/photo.png'), '--tracks', at('in/tracks')],
      ...['-o', at('in/rendered'), ...QUICK],
    );
    expect((await readdir(at('in/tracks'))).sort()).toEqual([
      'clip.veil.tracks.json',
      'photo.png.veil.tracks.json',
    ]);
    for (const name of ['clip.veil.mp4', 'photo.veil.png']) {
      const same = (await readFile(at('in/rendered', name))).equals(await readFile(at('in/blurred', name)));
      expect(same, name).toBe(true);
    }
    expect([detected.code, rendered.code]).toEqual([blurred.code, blurred.code]);
    expect(detected.lines[0]).toMatchObject({
      type: 'result',
      output: at('in/tracks/clip.veil.tracks.json'),
    });
    expect(detected.lines[0]).not.toHaveProperty('report');
  });

  it('find each other beside the input, and leave no picture but the one that was asked for', async () => {
    await veil(['detect', at('in/clip.mp4')]);
    expect((await readdir(at('in'))).sort()).toEqual(['clip.mp4', 'clip.veil.tracks.json']);
    const { err, out } = await veil(['render', at('in/clip.mp4'), ...QUICK]);
    expect(err).not.toContain('veil:');
    expect(out).toContain(`${at('in/clip.mp4')} -> ${at('in/clip.veil.mp4')}  10 frames`);
  });

  it('work over an edited file, without a detector', async () => {
    const blurred = await json('blur', at('in/clip.mp4'), ...QUICK, '--tracks-out', at('in/t.json'));
    expect(blurred.lines[0]).toMatchObject({ tracksFile: at('in/t.json') });
    const document = await tracksOf('in/t.json');
    const keys = [
      [0, 10, 10, 30, 40],
      [9, 40, 10, 30, 40],
    ];
    const edited = {
      ...document,
      uncertain: [],
      tracks: [{ id: 500, keys }],
      curtains: [{ firstFrame: 5, lastFrame: 5 }],
    };
    await writeFile(at('in/t.json'), JSON.stringify(edited));
    // An unknown detector shows that no detector is created.
    await writeFile(at('in/config.json'), '{"detector": "nobody"}');
    const { code, lines } = await json(
      ...['render', at('in/clip.mp4'), '--tracks', at('in/t.json'), '--config', at('in/config.json')],
      ...['-o', at('in/edited.mp4'), '--preset', 'ultrafast'],
    );
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ status: 'done', tracks: 1 });
    const report = JSON.parse(await readFile(at('in/edited.veil.report.json'), 'utf8')) as object;
    expect(report).toMatchObject({ curtainFrames: 1, curtains: [{ firstFrame: 5, lastFrame: 5 }] });
  });

  it('take edits that are typed, at the times that a player shows', async () => {
    await veil(['detect', at('in/clip.mp4'), '-o', at('in/t.json')]);
    const document = await tracksOf('in/t.json');
    const keys = [
      [0, 10, 10, 30, 40],
      [9, 10, 10, 30, 40],
    ];
    const text = JSON.stringify({
      ...document,
      uncertain: [],
      curtains: [],
      tracks: [1, 2].map((id) => ({ id, keys })),
    });
    await writeFile(at('in/t.json'), text);
    const { lines } = await json(
      ...['render', at('in/clip.mp4'), '--tracks', at('in/t.json'), '-o', at('in/typed.mp4')],
      ...[
        '--drop',
        '2',
        '--drop-at',
        '0.2s,20,20',
        '--add',
        '0.12-0.2s,100,60,30,40',
        '--preset',
        'ultrafast',
      ],
    );
    expect(lines[0]).toMatchObject({ status: 'done', tracks: 1 });
    const report = JSON.parse(await readFile(at('in/typed.veil.report.json'), 'utf8')) as {
      readonly tracks: readonly { readonly id: number; readonly boxes: readonly (readonly number[])[] }[];
    };
    // 25 frames a second: the fourth frame is shown at 0.12 s, the sixth at 0.2 s.
    expect(report.tracks.map(({ id, boxes }) => [id, boxes.map(([frame]) => frame)])).toEqual([
      [3, [3, 4, 5]],
    ]);
  });

  it.each([
    ['--drop', '1'],
    ['--drop-at', '0.2s,20,20'],
    ['--add', '0.12-0.2s,100,60,30,40'],
    ['--zone', 'cover,0,0,10,10'],
  ])('take %s for one input only', async (flag, value) => {
    const { code, err } = await veil(['render', at('in/clip.mp4'), at('in/b.mp4'), flag, value]);
    expect([code, err]).toEqual([2, expect.stringContaining('are for one input')]);
    expect((await veil(['render', at('in'), flag, value])).code).toBe(2);
  });

  it('count what was reviewed as no doubt', async () => {
    await veil(['detect', at('in/clip.mp4'), '-o', at('in/t.json')]);
    const document = await tracksOf('in/t.json');
    const spanned = async (reviewed: boolean): Promise<number> => {
      const span = { trackId: 99, reason: 'dismissed', firstFrame: 0, lastFrame: 9, risk: 1 };
      const uncertain = [{ ...span, ...(reviewed ? { reviewed } : {}) }];
      const format = reviewed ? 'veil-tracks/2' : 'veil-tracks/1';
      await writeFile(at('in/t.json'), JSON.stringify({ ...document, format, uncertain }));
      const render = ['render', at('in/clip.mp4'), '--tracks', at('in/t.json'), '--overwrite'];
      return (await veil([...render, ...QUICK])).code;
    };
    expect([await spanned(false), await spanned(true)]).toEqual([3, 0]);
  });

  it('say what is wrong with a tracks file, and leave nothing', async () => {
    await veil(['detect', at('in/clip.mp4'), '-o', at('in/t.json')]);
    const document = await tracksOf('in/t.json');
    await writeFile(at('in/t.json'), JSON.stringify({ ...document, curtain: [] }));
    const render = (...more: string[]) =>
      veil(['render', at('in/clip.mp4'), '--tracks', at('in/t.json'), '-o', at('in/new/a.mp4'), ...more]);
    const misspelt = await render();
    expect(misspelt.code).toBe(1);
    expect(misspelt.err).toContain('"curtain"');
    expect(misspelt.err).toContain('[TRACKS_INVALID]');
    await writeFile(at('in/t.json'), JSON.stringify(document));
    expect((await render('--start', '0.1')).err).toContain('[TRACKS_MISMATCH]');
    await writeFile(
      at('in/t.json'),
      JSON.stringify({ ...document, input: { ...document.input, frames: 9 } }),
    );
    expect((await render()).err).toMatch(/frame 9 is not in the video|goes on after the 9 frames/);
    await rm(at('in/t.json'));
    expect((await render()).err).toContain('[INPUT_NOT_FOUND]');
    expect(await readdir(at('in'))).toEqual(['clip.mp4']);
  });

  it.each([
    [['detect', '--style', 'solid'], "Unknown option '--style'"],
    [['detect', '--codec', 'h265'], "Unknown option '--codec'"],
    [['render', '--detector', 'webcam'], "Unknown option '--detector'"],
    [['render', '--look-interval', '3'], "Unknown option '--look-interval'"],
    [['render', '--tracks', '--overwrite'], '--tracks needs a value'],
  ])('take only the flags that mean something: %j', async ([command, ...flags], message) => {
    const { code, err } = await veil([command!, at('in/clip.mp4'), ...flags]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('want a folder of tracks for several inputs', async () => {
    await writeFile(at('in/t.json'), '{}');
    const { code, err } = await veil([
      'render',
      at('in/clip.mp4'),
      at('in/b.mp4'),
      '--tracks',
      at('in/t.json'),
    ]);
    expect(code).toBe(2);
    expect(err).toContain('names one file');
  });
});
