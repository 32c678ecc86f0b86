import { describe, expect, it } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { openSource } from '../../../src/pipeline/file/open-source.ts';
import { FullFrames } from '../../../src/review/frames/full-frames.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { signal } = new AbortController();
const FRAMES = 50;

describe('frames with all their pixels', () => {
  const at = temporaryFolder();

  /** A clip whose frames become brighter one by one, with uneven times if ffmpeg does not fill the gap. */
  async function clip(name: string, ...args: readonly string[]): Promise<string> {
    const { ffmpeg } = await findBinaries();
    const ramp = "nullsrc=s=64x48:r=25:d=2,geq=lum='20+N*4':cb=128:cr=128,format=yuv420p";
    const gap = name.endsWith('.mp4') ? 0 : 0.5;
    const graph = `${ramp},setpts='N/25/TB+if(gte(N,20),${gap}/TB,0)'[v]`;
    const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '24', '-bf', '2', '-crf', '10'];
    const all = ['-v', 'error', '-y', '-filter_complex', graph, '-map', '[v]', ...coding, ...args, at(name)];
    expect(await capture(ffmpeg.path, all)).toMatchObject({ code: 0, stderr: '' });
    return at(name);
  }

  async function timesOf(input: string): Promise<number[]> {
    const times: number[] = [];
    await using source = await openSource({ input, look: { interval: 1000, sizes: [] } });
    for await (const { frame } of source.frames()) {
      times.push(frame.time);
      frame.release?.();
    }
    return times;
  }

  it.each<readonly [string, readonly string[]]>([
    ['clip.mkv', []],
    ['late.mkv', ['-output_ts_offset', '3.2']],
    ['clip.mp4', ['-video_track_timescale', '600']],
    ['clip.ts', ['-muxdelay', '0']],
  ])('are found again in %s in any order', async (name, args) => {
    const input = await clip(name, ...args);
    const times = await timesOf(input);
    expect(times).toHaveLength(FRAMES);
    const video = { width: 64, height: 48, frames: FRAMES };
    await using frames = new FullFrames({ input, start: null, end: null, video, signal, times: () => times });
    for (const index of [30, 31, 33, 29, 28, 27, 3, 49, 0, 12, 19, 20, 21, 5]) {
      const frame = await frames.get(index);
      expect(frame).toMatchObject({ index, width: 64, height: 48, format: 'gbrp' });
      const luma = ((20 + index * 4 - 16) * 255) / 219;
      expect(Math.abs(frame!.data[1000]! - luma)).toBeLessThan(2.2);
    }
  });

  it('are those of the part that is reviewed', async () => {
    const input = await clip('part.mp4');
    const all = await timesOf(input);
    const first = 10;
    const times = all.slice(first, 30).map((time) => time - all[first]!);
    const video = { width: 64, height: 48, frames: times.length };
    const part = { start: all[first]!, end: all[30]! };
    await using frames = new FullFrames({ ...part, input, video, signal, times: () => times });
    for (const index of [15, 0, 3]) {
      const luma = ((20 + (first + index) * 4 - 16) * 255) / 219;
      expect(Math.abs((await frames.get(index))!.data[1000]! - luma)).toBeLessThan(2.2);
    }
  });

  it('are none where the decoder does not find them, rather than others', async () => {
    const input = await clip('other.mp4');
    const times = (await timesOf(input)).map((time) => time + 0.013);
    const video = { width: 64, height: 48, frames: FRAMES };
    await using frames = new FullFrames({ input, start: null, end: null, video, signal, times: () => times });
    expect(await frames.get(10)).toBeNull();
  });
});
