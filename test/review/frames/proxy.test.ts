import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { openSource } from '../../../src/pipeline/file/open-source.ts';
import { planProxy } from '../../../src/review/frames/proxy-plan.ts';
import { proxyFrames, type ProxyFrame } from '../../../src/review/frames/proxy.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { signal } = new AbortController();

describe('the pictures of a review', () => {
  const at = temporaryFolder();

  /** A clip whose frames become brighter one by one, with uneven times, and another scene at frame 40. */
  async function clip(): Promise<string> {
    const { ffmpeg } = await findBinaries();
    const path = at('clip.mkv');
    const ramp = "nullsrc=s=320x180:r=25:d=2,geq=lum='20+N*4':cb=128:cr=128";
    const graph = `${ramp},setpts='N/25/TB+if(gte(N,20),0.5/TB,0)'[v]`;
    const args = ['-filter_complex', graph, '-map', '[v]', '-c:v', 'libx264', '-g', '12', '-bf', '2'];
    const { code, stderr } = await capture(ffmpeg.path, ['-v', 'error', '-y', ...args, path]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return path;
  }

  it('are the frames that are covered, one for one, with their times', async () => {
    const input = await clip();
    const frames: { time: number; luma: number }[] = [];
    for await (const { frame } of (
      await openSource({ input, look: { interval: 1000, sizes: [] } })
    ).frames()) {
      frames.push({ time: frame.time, luma: frame.data[0]! });
    }
    const video = { width: 320, height: 180, frames: frames.length };
    const proxies: ProxyFrame[] = [];
    for await (const each of proxyFrames({ input, start: null, end: null, video, signal }))
      proxies.push(each);
    expect(proxies.map(({ time }) => time)).toEqual(frames.map(({ time }) => time));
    for (const [index, { jpeg }] of proxies.entries()) {
      const [grey] = await sharp(jpeg).greyscale().resize(1, 1).raw().toBuffer();
      // Limited range becomes full range.
      expect(Math.abs(grey! - ((frames[index]!.luma - 16) * 255) / 219)).toBeLessThan(2.5);
    }
  });

  it('are refused where they are not those that the tracks speak of', async () => {
    const video = { width: 320, height: 180, frames: 49 };
    const all = proxyFrames({ input: await clip(), start: null, end: null, video, signal });
    const readAll = async (): Promise<void> => {
      while ((await all.next()).done !== true);
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'DECODER_FAILED' });
  });
});

describe('the size of the pictures', () => {
  it.each([
    [1920, 1080, 1000, 1280, 720],
    [320, 180, 1000, 320, 180],
    [1080, 1920, 108_000, 540, 960],
    [1920, 1080, 1_000_000, 480, 270],
  ])('of %i × %i and %i frames is %i × %i', (width, height, frames, w, h) => {
    expect(planProxy({ width, height }, frames)).toMatchObject({ width: w, height: h });
  });
});
