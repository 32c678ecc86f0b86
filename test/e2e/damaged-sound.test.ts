import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { needsReview } from '../../src/cli/report/reporter.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

/** Makes a file of 4 s, with sound of a codec. */
async function makeFile(name: string, codec: string): Promise<void> {
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=4', '-f', 'lavfi', '-i', 'sine=d=4'];
  await ffmpeg(
    ...sources,
    '-c:v',
    name.endsWith('webm') ? 'libvpx' : 'libx264',
    '-g',
    '25',
    '-c:a',
    codec,
    at(name),
  );
}

/** Overwrites the sound of a file from 1.5 s to 2 s with noise that is the same in every run. */
async function damageSound(name: string): Promise<void> {
  const { ffprobe } = await findBinaries();
  const entries = ['-show_entries', 'packet=pts_time,pos,size', '-of', 'csv=p=0', at(name)];
  const { stdout } = await capture(ffprobe.path, ['-v', 'error', '-select_streams', 'a', ...entries]);
  const bytes = await readFile(at(name));
  // The first time that ffmpeg writes into transport streams.
  const begin = name.endsWith('ts') ? 1.4 : 0;
  let noise = 1;
  for (const [time, size, pos] of stdout.split('\n').map((line) => line.split(',').map(Number))) {
    if (
      time === undefined ||
      time - begin < 1.5 ||
      time - begin >= 2 ||
      pos === undefined ||
      size === undefined
    )
      continue;
    // Headers of blocks and of packets stay.
    const skipped = name.endsWith('mp4') || name.endsWith('mov') ? 0 : name.endsWith('ts') ? 60 : 8;
    const length = name.endsWith('ts') ? 100 : size - skipped;
    for (let i = 0; i < length; i += 1) {
      noise = (Math.imul(noise, 1103515245) + 12345) >>> 0;
      bytes[pos + skipped + i] = noise >>> 24;
    }
  }
  await writeFile(at(name), bytes);
}

test.for([
  ['copied.mp4', 'aac', {}],
  ['encoded.mp4', 'aac', { mute: [[3, 3.5]] as [number, number][] }],
  ['copied.mkv', 'libmp3lame', {}],
  ['copied.ts', 'aac', {}],
  ['lossless.mkv', 'flac', {}],
] as const)(
  'damaged sound is told with its time, and asks for a review (%s, %s)',
  async ([name, codec, options]) => {
    await makeFile(name, codec);
    expect((await coverFile(at(name), at('whole.mkv'), { overwrite: true })).doubts).toEqual([]);
    await damageSound(name);
    const mute = 'mute' in options ? [...options.mute] : [];
    const result = await coverFile(at(name), at(`${name}.out.mkv`), { mute });
    expect(result.doubts).toEqual([
      expect.stringMatching(
        /^Audio track 1 is damaged at about (?:1\.[3-9]|2\.0)-?[\d., s-]*: its sound may be/,
      ),
    ]);
    expect(result.warnings).toEqual(expect.arrayContaining([...result.doubts]));
    expect(needsReview({ ...result, uncertain: [] })).toBe(true);
  },
);

test('damaged sound that is left out is no matter, nor is damage outside of the part that is covered', async () => {
  await makeFile('left-out.mp4', 'aac');
  await damageSound('left-out.mp4');
  expect((await coverFile(at('left-out.mp4'), at('quiet.mp4'), { audio: 'drop' })).doubts).toEqual([]);
  expect((await coverFile(at('left-out.mp4'), at('later.mp4'), { start: 3 })).doubts).toEqual([]);
  expect((await coverFile(at('left-out.mp4'), at('from.mp4'), { start: 1 })).doubts).toEqual([
    expect.stringMatching(/about (?:0\.[3-9]|1\.0)/),
  ]);
});

test.for(['libmp3lame', 'ac3'])(
  'a recording that begins and ends within packets has whole sound (%s)',
  async (codec) => {
    await makeFile('broadcast.ts', codec);
    const bytes = await readFile(at('broadcast.ts'));
    const part = bytes.subarray(188 * 60, bytes.length - 188 * 90);
    await writeFile(at('tuned.ts'), part);
    const { doubts } = await coverFile(at('tuned.ts'), at('tuned.mp4'), { overwrite: true });
    expect(doubts.join()).not.toContain('Audio track');
  },
);
