import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo, openVideo } from '../../support/video-source.ts';

const binaries = await findBinaries();
const at = temporaryFolder();
/** All frames differ. */
const FILM = 'testsrc2=s=160x120:r=25:d=4,noise=alls=20:allf=t';

beforeAll(async () => {
  await makeVideo(binaries, at('film.mp4'), FILM, '-c:v', 'libx264', '-preset', 'ultrafast');
});

/** Digests of all frames; each is released, and overwritten, when `held` later ones exist. */
async function digests(held: number): Promise<{ digests: string[]; buffers: number }> {
  const source = await openVideo(at('film.mp4'), binaries);
  const waiting: { readonly data: Uint8Array; readonly release?: () => void }[] = [];
  const buffers = new Set<ArrayBufferLike>();
  const result: string[] = [];
  const finish = (): void => {
    const frame = waiting.shift()!;
    result.push(createHash('sha256').update(frame.data).digest('hex'));
    frame.data.fill(0xee);
    frame.release?.();
  };
  for await (const { frame } of source.frames()) {
    buffers.add(frame.data.buffer);
    waiting.push(frame);
    if (waiting.length > held) finish();
  }
  while (waiting.length > 0) finish();
  return { digests: result, buffers: buffers.size };
}

test('frames in buffers that come back hold their own pixels alone, however many wait', async () => {
  const all = await digests(Infinity);
  expect(new Set(all.digests).size).toBe(100);
  for (const held of [0, 1, 30]) expect((await digests(held)).digests).toEqual(all.digests);
});

test('the number of buffers follows the frames that wait, not the length of the video', async () => {
  expect((await digests(0)).buffers).toBeLessThan(30);
});

test('a frame that is released twice stops the run', async () => {
  const source = await openVideo(at('film.mp4'), binaries);
  const frames = source.frames();
  const { value } = await frames.next();
  const { frame } = value as { frame: { release: () => void } };
  frame.release();
  expect(frame.release).toThrow('given back twice');
  await frames.return();
});
