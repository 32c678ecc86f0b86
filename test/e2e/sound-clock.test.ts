import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { VeilError } from '../../src/errors.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

beforeAll(async () => {
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=3', '-f', 'lavfi', '-i', 'sine=d=3'];
  await ffmpeg(...sources, '-c:v', 'libx264', '-c:a', 'mp2', at('steady.ts'));
  await writeFile(at('jumping.ts'), withLateSound(await readFile(at('steady.ts')), 4, 2.9));
});

/** A transport stream in which one piece of the sound, by its number, has a time that many seconds too late. */
function withLateSound(stream: Buffer, piece: number, seconds: number): Buffer {
  const copy = Buffer.from(stream);
  let found = 0;
  for (let packet = 0; packet < copy.length; packet += 188) {
    const isFirst = (copy[packet + 1]! & 0x40) !== 0;
    // ffmpeg's second stream.
    if (!isFirst || (copy.readUInt16BE(packet + 1) & 0x1fff) !== 0x101) continue;
    found += 1;
    if (found <= piece) continue;
    // ISO/IEC 13818-1, 2.4.3.7: 33 bits in five bytes, with marker bits between.
    const from = packet + 4 + ((copy[packet + 3]! & 0x20) === 0 ? 0 : 1 + copy[packet + 4]!) + 9;
    const [a, b, c, d, e] = copy.subarray(from, from + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const ticks =
      ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1) + seconds * 90_000;
    copy[from] = (a & 0xf1) | ((Math.floor(ticks / 2 ** 30) & 7) << 1);
    copy.writeUInt16BE(((Math.floor(ticks / 2 ** 15) & 0x7fff) << 1) | 1, from + 1);
    copy.writeUInt16BE(((ticks & 0x7fff) << 1) | 1, from + 3);
    return copy;
  }
  throw new Error('There is too little sound.');
}

test('a clock of the sound that goes back is told, and asks for a review', async () => {
  const { doubts, warnings, frames } = await coverFile(at('jumping.ts'));
  expect(frames).toBe(75);
  expect(doubts).toEqual([expect.stringMatching(/clock of audio track 1 goes back at about [01]\.\d s/)]);
  expect(warnings).toEqual(expect.arrayContaining([...doubts]));
  expect((await coverFile(at('steady.ts'))).doubts).toEqual([]);
});

test('in joined recordings, such a clock is told at the joint', async () => {
  const [first, second] = await Promise.all(
    [10, 2].map(async (offset) => {
      const piece = at(`from ${offset}.ts`);
      await ffmpeg('-i', at('steady.ts'), '-c', 'copy', '-output_ts_offset', `${offset}`, piece);
      return readFile(piece);
    }),
  );
  await writeFile(at('joined.ts'), Buffer.concat([first!, second!]));
  const { doubts } = await coverFile(at('joined.ts'));
  expect(doubts.join()).toMatch(/clock of audio track 1 goes back at about (2\.9|3\.0) s/);
});

test.each([{ mute: [[0.95, 1.15]] }, { start: 1 }, { end: 2 }] as const)(
  'no time of such sound is silenced or cut: %o is refused, and the copy that the hint makes can be cut',
  async (times) => {
    const options = { ...times, mute: 'mute' in times ? [[0.95, 1.15] as [number, number]] : [] };
    const error = await coverFile(at('jumping.ts'), at('out.mp4'), options).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'INPUT_UNSUPPORTED' });
    const [, command] = /in the copy: (ffmpeg .*)$/.exec((error as VeilError).hint!)!;
    const { ffmpeg: found } = await findBinaries();
    await promisify(execFile)('sh', ['-c', command!.replace('ffmpeg', `'${found.path}' -y`)], { cwd: at() });
    expect(
      (await coverFile(at('jumping.ts.mkv'), at('copy.mp4'), { ...options, overwrite: true })).doubts,
    ).toEqual([]);
  },
);
