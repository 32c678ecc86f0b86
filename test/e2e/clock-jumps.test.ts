import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { packetTimes } from '../support/written-video.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

/** Two seconds of picture and audio that begin at this clock time. */
async function piece(name: string, offset: number): Promise<Buffer> {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=2', '-f', 'lavfi', '-i', 'sine=d=2'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac'];
  await ffmpeg(...inputs, ...codecs, '-output_ts_offset', `${offset}`, at(name));
  return readFile(at(name));
}

test.each([
  ['back', 100, 5],
  ['ahead', 1, 9800],
])('a clock that jumps %s goes on, and asks for a review', async (way, first, second) => {
  const path = at(`${way}.ts`);
  await writeFile(path, Buffer.concat([await piece('a.ts', first), await piece('b.ts', second)]));
  const { ffprobe } = await findBinaries();
  const { frames, doubts } = await coverFile(path);
  expect(frames).toBe(100);
  expect(doubts).toEqual([expect.stringMatching(/clock of the file jumps at about (1\.9|2\.0) s/)]);
  const times = await packetTimes(`${path}.out.mp4`, 'v:0', { ffprobe });
  expect(times.at(-1)! - times[0]!).toBeCloseTo(99 / 25, 1);
  await expect(coverFile(path, at('part.mp4'), { start: 1 })).rejects.toMatchObject({
    code: 'INPUT_UNSUPPORTED',
    hint: expect.stringContaining('ffmpeg -i') as string,
  });
});

// 33 bits of 90,000 ticks a second are 95,443.7 s.
test.each([
  ['shortly before its end', 95_440],
  ['so that it passes its end', 95_442.5],
])('a clock that begins %s loses nothing of picture and sound', async (way, offset) => {
  const path = at(`${way}.ts`);
  await writeFile(path, await piece('c.ts', offset));
  const binaries = await findBinaries();
  const { frames, doubts, warnings, output } = await coverFile(path);
  expect([frames, doubts]).toEqual([50, []]);
  expect(warnings.join()).not.toMatch(/no sound|encoded anew/);
  const [before, after] = [await packetTimes(path, 'a', binaries), await packetTimes(output, 'a', binaries)];
  expect(after).toHaveLength(before.length);
});

test.for(['mkv', 'flv'])(
  'recordings in .%s that were joined byte by byte are told, and ask for a review',
  async (ending) => {
    const whole = await piece(`d.${ending}`, 0);
    const path = at(`joined.${ending}`);
    // The header of an .flv has 13 bytes.
    await writeFile(path, Buffer.concat([whole, ending === 'flv' ? whole.subarray(13) : whole]));
    const { frames, doubts } = await coverFile(path);
    expect((await coverFile(at(`d.${ending}`))).doubts).toEqual([]);
    if (ending === 'mkv' && frames === 50) {
      // Before version 5 ffmpeg stops before the second segment of an .mkv, as most players do.
      expect(doubts.join()).toContain('Another film begins behind this one');
      return;
    }
    expect(frames).toBe(100);
    expect(doubts.join()).toMatch(/clock of the file goes back at about (1\.9|2\.0) s/);
  },
);
