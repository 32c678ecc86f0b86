import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { needsReview } from '../../src/cli/report/reporter.ts';
import { EXIT } from '../../src/errors.ts';
import { coverFile } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
let ffmpeg = '';
let ffprobe = '';

beforeAll(async () => {
  const binaries = await findBinaries();
  [ffmpeg, ffprobe] = [binaries.ffmpeg.path, binaries.ffprobe.path];
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=4'];
  const args = [...picture, '-c:v', 'libx264', '-g', '25', '-movflags', '+faststart', at('whole.mp4')];
  const { code, stderr } = await capture(ffmpeg, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
});

async function remuxed(ending: string): Promise<Buffer> {
  const codec = { mpg: 'mpeg2video', ogv: 'libtheora' }[ending] ?? 'copy';
  const args = ['-v', 'error', '-y', '-i', at('whole.mp4'), '-c', codec, '-q:v', '5', at(`whole.${ending}`)];
  if (ending !== 'mp4') await capture(ffmpeg, args);
  return readFile(at(`whole.${ending}`));
}

/** Skips where the ffprobe that is found cannot read such files: the one that npm brings ends at transport streams. */
async function remuxedOrSkipped(ending: string, skip: (why: string) => void): Promise<Buffer> {
  const bytes = await remuxed(ending);
  const { code } = await capture(ffprobe, ['-v', 'error', at(`whole.${ending}`)]);
  if (code !== 0) skip(`${ffprobe} cannot read .${ending} files`);
  return bytes;
}

async function covered(name: string): Promise<{ code: number; doubts: readonly string[] }> {
  const result = await coverFile(at(name));
  return { code: needsReview({ ...result, uncertain: [] }) ? EXIT.review : EXIT.done, doubts: result.doubts };
}

describe('a file', () => {
  test.for(['mp4', 'mkv', 'flv', 'ts', 'mpg', 'ogv'])(
    'that is whole raises no doubt (.%s)',
    async (ending, { skip }) => {
      await remuxedOrSkipped(ending, skip);
      expect((await covered(`whole.${ending}`)).doubts).toEqual([]);
    },
  );

  test.for([
    ['mkv', 0.7],
    ['flv', 0.7],
    ['ts', 0.7],
    ['mpg', 0.7],
    ['ogv', 0.7],
    ['mp4', 0.9],
  ] as const)(
    'that was cut off (.%s) asks for a review, and says from when',
    async ([ending, share], { skip }) => {
      const whole = await remuxedOrSkipped(ending, skip);
      await writeFile(at(`cut.${ending}`), whole.subarray(0, Math.floor(whole.length * share) - 7));
      const { code, doubts } = await covered(`cut.${ending}`);
      expect(doubts).toContainEqual(expect.stringMatching(/\d\.\d s/));
      expect(code).toBe(3);
    },
  );

  test('whose edit list hides most of it is whole', async () => {
    const quiet = ['-v', 'error', '-y'];
    await capture(ffmpeg, [...quiet, '-i', at('whole.mp4'), '-g', '100', at('long-gop.mp4')]);
    await capture(ffmpeg, [...quiet, '-ss', '3', '-i', at('long-gop.mp4'), '-c', 'copy', at('edited.mp4')]);
    expect((await covered('edited.mp4')).doubts).toEqual([]);
  });

  test.for(['flv', 'mkv', 'mp4', 'ts'])(
    'of which the sound goes on after the picture is whole (.%s)',
    async (ending, { skip }) => {
      await remuxedOrSkipped(ending, skip);
      const sound = [
        '-f',
        'lavfi',
        '-i',
        'sine=d=7',
        '-map',
        '0:v',
        '-map',
        '1:a',
        '-c:v',
        'copy',
        '-c:a',
        'aac',
      ];
      const tags = ['-map_metadata', '-1', at(`longer.${ending}`)];
      await capture(ffmpeg, ['-v', 'error', '-y', '-i', at('whole.mp4'), ...sound, ...tags]);
      expect((await covered(`longer.${ending}`)).doubts).toEqual([]);
    },
  );

  test('with flipped bytes asks for a review', async () => {
    const bytes = await remuxed('mkv');
    for (let i = 0; i < 40; i += 1) bytes[Math.floor(bytes.length / 2) + i * 7]! ^= 0xff;
    await writeFile(at('flipped.mkv'), bytes);
    const { code, doubts } = await covered('flipped.mkv');
    expect(doubts).toContainEqual(expect.stringContaining('damaged at about'));
    expect(code).toBe(3);
  });
});
