import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planOutputs, type OutputOptions } from '../../../src/cli/output/outputs.ts';
import { resolveConfig } from '../../../src/config/load.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'veil-outputs-')));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const { video } = resolveConfig();

const PIXEL = { create: { width: 32, height: 32, channels: 3, background: '#888' } } as const;

/** The fields of a report that are read. */
function reportOf(input: string): object {
  const checksum = { bytes: 1, sha256: '0'.repeat(64) };
  return {
    ...{ format: 'veil-report/1', input: { name: input }, output: { name: '' }, frames: 1, config: {} },
    provenance: { input: checksum, output: checksum, weights: [], settings: '0'.repeat(64) },
    ...{ timings: { elapsed: 1 }, tracks: [], uncertain: [] },
  };
}

async function plan(names: readonly string[], options: Partial<OutputOptions> = {}) {
  const inputs = names.map((name) => ({ path: join(folder, name), relative: name }));
  const several = names.length > 1;
  return planOutputs(inputs, { output: undefined, report: true, video, several, ...options });
}

describe('planOutputs', () => {
  it('puts NAME.veil.EXT and its report beside the input', async () => {
    const [job] = await plan(['sub/a.mov']);
    expect(job).toEqual({
      input: join(folder, 'sub/a.mov'),
      output: join(folder, 'sub/a.veil.mov'),
      report: join(folder, 'sub/a.veil.report.json'),
      tracks: null,
      sheet: null,
      labels: null,
    });
  });

  it('keeps every name distinct: same stems, other cases, same names from two folders', async () => {
    const jobs = await plan(['a.mov', 'a.mp4', 'a.avi', 'A.MP4', 'sub/a.mp4']);
    const names = jobs.flatMap(({ output, report }) => [output, report!]).map((path) => path.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(jobs.map(({ output }) => basename(output))).toEqual([
      'a.veil.mov',
      'a.veil.mp4',
      'a.avi.veil.mp4',
      'A.MP4.veil.MP4',
      'a.veil.mp4',
    ]);
  });

  it('gives no file another name where a neighbour comes later, or goes', async () => {
    const names = (jobs: Awaited<ReturnType<typeof plan>>, input: string): string[] => {
      const { output, report, tracks } = jobs.find((job) => basename(job.input) === input)!;
      return [output, report!, tracks!].map((path) => basename(path));
    };
    const options = { reportsPhotos: true, keepsTracks: true };
    const alone = names(await plan(['a.mp4'], options), 'a.mp4');
    expect(alone).toEqual(['a.veil.mp4', 'a.veil.report.json', 'a.veil.tracks.json']);
    await writeFile(join(folder, 'a.jpg'), await sharp(PIXEL).jpeg().toBuffer());
    const both = await plan(['a.jpg', 'a.mp4'], options);
    expect(names(both, 'a.mp4')).toEqual(alone);
    expect(names(both, 'a.jpg')).toEqual(['a.veil.jpg', 'a.jpg.veil.report.json', 'a.jpg.veil.tracks.json']);
    // As after an earlier run.
    await writeFile(join(folder, 'a.veil.report.json'), JSON.stringify(reportOf('a.mp4')));
    const three = await plan(['a.avi', 'a.mov', 'a.mp4'], options);
    expect(names(three, 'a.mp4')).toEqual(alone);
    const whole = ['a.avi.veil.mp4', 'a.avi.veil.report.json', 'a.avi.veil.tracks.json'];
    expect(names(three, 'a.avi')).toEqual(whole);
    for (const name of whole) await writeFile(join(folder, name), '');
    await rm(join(folder, 'a.veil.report.json'));
    expect(names(await plan(['a.avi'], options), 'a.avi')).toEqual(whole);
  });

  it('keeps what was planned before', async () => {
    const [first] = await plan(['b.mov']);
    const kept = new Map([[first!.input, first!]]);
    const [mov, mp4] = await plan(['b.mov', 'b.mp4'], { kept });
    expect(mov).toEqual(first);
    expect(mp4!.report).toBe(join(folder, 'b.mp4.veil.report.json'));
  });

  it('never takes the name of another input', async () => {
    await writeFile(join(folder, 'a.veil.mp4'), '');
    const jobs = await plan(['a.mp4', 'a.veil.mp4']);
    expect(jobs.map(({ output }) => basename(output))).toEqual(['a.mp4.veil.mp4', 'a.veil.veil.mp4']);
  });

  it('keeps the structure below an output folder', async () => {
    const jobs = await plan(['x/a.mp4', 'y/a.mp4'], { output: join(folder, 'out') });
    expect(jobs.map(({ output }) => output)).toEqual([
      join(folder, 'out/x/a.veil.mp4'),
      join(folder, 'out/y/a.veil.mp4'),
    ]);
  });

  it('takes -o as a file for one input, as a folder where it is or looks like one', async () => {
    await mkdir(join(folder, 'is.mp4'));
    const outputs = async (output: string) => (await plan(['a.mp4'], { output }))[0];
    expect(await outputs(join(folder, 'safe.mkv'))).toMatchObject({
      output: join(folder, 'safe.mkv'),
      report: join(folder, 'safe.veil.report.json'),
    });
    expect((await outputs(join(folder, 'is.mp4')))?.output).toBe(join(folder, 'is.mp4/a.veil.mp4'));
    expect((await outputs(`${join(folder, 'new.mp4')}/`))?.output).toBe(join(folder, 'new.mp4/a.veil.mp4'));
    expect((await outputs(join(folder, 'new')))?.output).toBe(join(folder, 'new/a.veil.mp4'));
  });

  it('refuses one file for several inputs, and a photo as a video', async () => {
    await expect(plan(['a.mp4', 'b.mp4'], { output: 'safe.mp4' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(plan(['a.mp4', 'b.mp4'], { report: 'r.json' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(plan(['a.mp4'], { output: 'x.mp4', report: './X.mp4' })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(plan(['a.jpg'], { output: 'safe.mp4' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(plan(['a.mp4'], { output: 'safe.png' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('makes an mp4 of kinds that Veil does not write, or that the codec does not fit in', async () => {
    const jobs = await plan(['a.avi', 'b.mts', 'noending', 'c.PNG']);
    expect(jobs.map(({ output }) => basename(output))).toEqual([
      'a.veil.mp4',
      'b.veil.mp4',
      'noending.veil.mp4',
      'c.veil.PNG',
    ]);
    const [job] = await plan(['a.webm'], { video: { ...video, codec: 'h265' } });
    expect(basename(job!.output)).toBe('a.veil.mp4');
  });

  it('writes reports where they are wanted: nowhere, to a file, into a folder; for photos only when asked', async () => {
    const reports = async (names: string[], report: string | boolean) =>
      (await plan(names, { report })).map((job) => job.report);
    expect(await reports(['a.mp4'], false)).toEqual([null]);
    expect(await reports(['a.mp4'], 'r.json')).toEqual(['r.json']);
    expect(await reports(['a.mp4', 'b.mp4'], 'r')).toEqual([
      join('r', 'a.veil.report.json'),
      join('r', 'b.veil.report.json'),
    ]);
    expect(await reports(['a.jpg'], true)).toEqual([null]);
    expect(await reports(['a.jpg'], 'r.json')).toEqual(['r.json']);
  });
});
