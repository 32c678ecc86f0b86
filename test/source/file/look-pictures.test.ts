import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { NutWriter } from '../../../src/ffmpeg/nut/writer.ts';
import { decodingFailed } from '../../../src/source/file/decode-error.ts';
import { LookPictures } from '../../../src/source/file/look-pictures.ts';
import { PictureQueue } from '../../../src/source/file/picture-queue.ts';

const SIZE = { width: 4, height: 2 };
const TIME_BASE = { num: 1, den: 1000 };

/** Looks at every frame, with pictures at the given times in milliseconds. */
function lookAt(times: readonly number[]): LookPictures {
  const nut = new NutWriter({ ...SIZE, timeBase: TIME_BASE });
  const stream = new PassThrough();
  stream.write(nut.header());
  for (const time of times) {
    for (const part of nut.frame(time, new Uint8Array(SIZE.width * SIZE.height * 3))) stream.write(part);
  }
  stream.end();
  return new LookPictures({
    path: 'film.mp4',
    queues: [new PictureQueue(stream, { maxFrameBytes: 1000 })],
    sizes: [{ ...SIZE, side: 4, shape: 'shown' }],
    interval: 1,
    wait: (waiting) => waiting,
    failed: (reason) => Promise.resolve(decodingFailed('film.mp4', reason)),
  });
}

/** The frames that had a picture, one frame every 100 milliseconds. */
async function looked(pictures: LookPictures, frames: number): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < frames; index += 1) {
    if ((await pictures.of(index, index / 10, TIME_BASE)) !== null) found.push(index);
  }
  return found;
}

describe('the pictures of a look', () => {
  it('belong to the frames of their times', async () => {
    expect(await looked(lookAt([0, 100, 200, 300]), 4)).toEqual([0, 1, 2, 3]);
  });

  it('may be missing for some frames after the decoder has begun anew', async () => {
    const times = [0, 100, 150, 250, 350, 500, 600, 700];
    expect(await looked(lookAt(times), 8)).toEqual([0, 1, 5, 6, 7]);
  });

  it('end the run where they go on missing, however often the clock seems to begin anew', async () => {
    const between = Array.from({ length: 40 }, (_, index) => 50 + index * 100);
    await expect(looked(lookAt([0, ...between]), 40)).rejects.toMatchObject({
      code: 'DECODER_FAILED',
      message: expect.stringContaining('is missing') as string,
    });
  });
});
