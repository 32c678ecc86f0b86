import { expect, test } from 'vitest';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

test.for([
  ['h264', 'libx264', 1],
  ['h264', 'libx264', 3],
  ['hevc', 'libx265', 1],
] as const)(
  'a raw .%s stream of %s with %d frames is as long as its frames',
  async ([kind, encoder, frames], { skip }) => {
    const path = at(`${frames}.${kind}`);
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25', '-frames:v', `${frames}`];
    await ffmpeg(...picture, '-c:v', encoder, '-pix_fmt', 'yuv420p', path).catch(() => {
      skip(`this ffmpeg lacks ${encoder}`);
    });
    const { video } = await coverFile(path);
    expect(video?.duration).toBeCloseTo(frames / 25, 2);
  },
);
