import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { liveDecodeArgs } from '../../src/source/live/live-decode-args.ts';
import { veil } from '../cli/memory-io.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withMatrix } from '../support/with-matrix.ts';

const at = temporaryFolder();
let ffmpeg = '';

beforeAll(async () => {
  ffmpeg = (await findBinaries()).ffmpeg.path;
  await makePhotoClip(ffmpeg, at('clip.mp4'), { seconds: 0.4 });
});

/** The clip with this pixel aspect ratio in container and stream; its samples are unchanged. */
async function stretched(name: string, wide: number, high: number): Promise<string> {
  const tag = `h264_metadata=sample_aspect_ratio=${wide}/${high}`;
  const aspect = `${640 * wide}:${360 * high}`;
  await run(['-i', at('clip.mp4'), '-c', 'copy', '-bsf:v', tag, '-aspect', aspect, at(name)]);
  return at(name);
}

async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await capture(ffmpeg, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
}

/** Number of covered boxes in all frames of a run, and its messages. */
async function covered(path: string): Promise<{ boxes: number; code: number; doubts: readonly string[] }> {
  const args = ['blur', path, '-o', `${path}.out.mp4`, '--report', `${path}.json`, '--preset', 'ultrafast'];
  const { code } = await veil(args);
  const report = JSON.parse(await readFile(`${path}.json`, 'utf8')) as {
    tracks: { boxes: unknown[] }[];
    doubts: string[];
  };
  return {
    code,
    boxes: report.tracks.reduce((sum, { boxes }) => sum + boxes.length, 0),
    doubts: report.doubts,
  };
}

describe('a false shape of pixels', () => {
  test.each([
    [6, 1, 'wide.mp4'],
    [1, 12, 'narrow.mkv'],
    [12, 1, 'widest.avi'],
  ])('of %i:%i opens no face, is told and asks for a review (%s)', async (wide, high, name) => {
    const plain = await covered(at('clip.mp4'));
    const odd = await covered(await stretched(name, wide, high));
    expect(plain.boxes).toBeGreaterThan(10);
    expect(plain.doubts).toEqual([]);
    expect(odd.boxes).toBeGreaterThanOrEqual(plain.boxes);
    expect(odd.doubts).toEqual([expect.stringContaining('as stored and as shown')]);
    expect(odd.code).toBe(3);
  });

  test('hides no face from an audit', async () => {
    const { code, out } = await veil(['audit', await stretched('audited.mp4', 12, 1), '--json']);
    const { findings, problems } = JSON.parse(out) as { findings: unknown[]; problems: string[] };
    expect(findings.length).toBeGreaterThan(1);
    expect(problems.join()).toContain('12:1');
    expect(code).toBe(3);
  });

  test('ends a live decoder before its first frame', async () => {
    const path = await stretched('live.mp4', 6, 1);
    const args = liveDecodeArgs({
      input: ['-i', path],
      isPaced: false,
      size: null,
      looks: [],
      lookPace: { frames: 1 },
      hasSound: false,
      fpsMode: false,
    });
    const graph = args[args.indexOf('-filter_complex') + 1]!;
    const frames = `${graph.split(',split')[0]!}[out]`;
    const decoding = [
      '-v',
      'error',
      '-i',
      path,
      '-filter_complex',
      frames,
      '-map',
      '[out]',
      '-f',
      'rawvideo',
      '-',
    ];
    const { code, stdout } = await capture(ffmpeg, decoding);
    expect(stdout.length).toBe(0);
    expect(code).not.toBe(0);
  });
});

describe('a display matrix', () => {
  const half = Math.SQRT1_2;

  test.each([
    ['of 45°', [half, half, -half, half]],
    ['of 30°', [0.866, 0.5, -0.5, 0.866]],
    ['of 90.8°, which ffmpeg does not take for a quarter', turn(90.8)],
    ['that shears', [1, 0.5, 0, 1]],
  ])('%s is refused, by runs and audits', async (_, matrix) => {
    await writeFile(at('odd.mp4'), withMatrix(await readFile(at('clip.mp4')), matrix));
    for (const args of [
      ['blur', at('odd.mp4'), '-o', at('no.mp4')],
      ['audit', at('odd.mp4')],
    ]) {
      const { code, err } = await veil(args);
      expect(err).toContain('INPUT_UNSUPPORTED');
      expect(code).toBe(1);
    }
  });
});

test.each([
  ['a turn of 90.3°', turn(90.3), 90],
  ['a turn of -90.3°', turn(-90.3), 270],
  ['a turn of 0.4°', turn(0.4), 0],
  ['a matrix of zeros', [0, 0, 0, 0], 0],
])('%s counts as what ffmpeg makes of it', async (name, matrix, expected) => {
  await writeFile(at(`${name}.mp4`), withMatrix(await readFile(at('clip.mp4')), matrix));
  expect((await probe(at(`${name}.mp4`), await findBinaries())).video).toMatchObject({ rotation: expected });
});

function turn(degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)];
}
