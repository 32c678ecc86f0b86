import { expect, test } from 'vitest';
import { veil } from '../memory-io.ts';
import { ffmpeg } from '../../support/covered-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();

test('probe tells which stream is read, how it is shown and what is doubtful', async () => {
  const pictures = [
    '-f',
    'lavfi',
    '-i',
    'testsrc=s=64x48:r=25:d=1',
    '-f',
    'lavfi',
    '-i',
    'testsrc=s=32x24:d=1',
  ];
  const sound = ['-itsoffset', '0.5', '-f', 'lavfi', '-i', 'sine=d=1'];
  const streams = ['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-bf', '0'];
  await ffmpeg(...pictures, ...sound, ...streams, '-pix_fmt', 'yuv420p', at('two.mkv'));
  const { code, out } = await veil(['probe', at('two.mkv'), '--json']);
  const reading = JSON.parse(out) as { video: object; audio: { offset: number }[]; doubts: string[] };
  expect(reading.video).toMatchObject({ stream: 0, of: 2, shown: '64x48', pixelShape: '1:1', bitDepth: 8 });
  expect(reading.audio[0]!.offset).toBeCloseTo(0.5, 1);
  expect(reading.doubts).toEqual([expect.stringContaining('another video track')]);
  expect(code).toBe(3);
  const table = await veil(['probe', at('two.mkv')]);
  expect(table.out).toContain('stream 0 of 2 with pictures: h264');
  expect(table.out).toContain('another video track');
});
