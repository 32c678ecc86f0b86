import { beforeAll, describe, expect, it } from 'vitest';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';
import { frameTimes } from '../../src/ffmpeg/frame-times.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { openSource } from '../../src/pipeline/file/open-source.ts';
import { proxyFrames } from '../../src/review/frames/proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the times of frames', () => {
  const at = temporaryFolder();
  let binaries: Binaries;
  beforeAll(async () => {
    binaries = await findBinaries();
    const video = 'testsrc2=size=64x48:rate=25:duration=1.2';
    const sound = 'sine=frequency=300:duration=2';
    const make = async (name: string, ...args: string[]): Promise<void> => {
      const { code, stderr } = await capture(binaries.ffmpeg.path, ['-v', 'error', ...args, at(name)]);
      if (code !== 0) throw new Error(stderr);
    };
    const codec = [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-bf',
      '2',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
    ];
    const late = ['-f', 'lavfi', '-i', sound, '-itsoffset', '0.5', '-f', 'lavfi', '-i', video];
    // Through Matroska: for other files, ffmpeg fills the time before the picture with frames.
    await make('late.mkv', ...late, ...codec);
    await make('late.mp4', '-i', at('late.mkv'), '-c', 'copy');
    await make('late.ts', '-i', at('late.mkv'), '-c', 'copy');
    // All streams begin late.
    await make('offset.mkv', '-f', 'lavfi', '-i', video, ...codec, '-output_ts_offset', '3');
  });

  it.each([
    ['late.mp4', null, null],
    ['late.mkv', null, null],
    ['late.mp4', 0.8, 1.4],
    ['offset.mkv', 0.2, 0.81],
    ['late.ts', null, null],
  ])('are those of the frames that are decoded: %s from %s to %s', expectSameTimes);

  async function expectSameTimes(name: string, start: number | null, end: number | null): Promise<void> {
    const path = at(name);
    const times = await frameTimes(path, await probe(path, binaries), binaries, { start, end });
    const part = { ...(start === null ? {} : { start }), ...(end === null ? {} : { end }) };
    await using source = await openSource({ input: path, look: { interval: 1, sizes: [] }, ...part });
    const decoded: number[] = [];
    for await (const { frame } of source.frames()) decoded.push(frame.time);
    expect(times.length).toBe(decoded.length);
    for (const [index, time] of times.entries()) expect(time).toBeCloseTo(decoded[index]!, 3);
    const signal = new AbortController().signal;
    const video = { width: 64, height: 48, frames: decoded.length };
    const shown: number[] = [];
    for await (const frame of proxyFrames({ input: path, start, end, video, signal })) shown.push(frame.time);
    expect(shown).toEqual(decoded);
  }

  it('begin after 0 where the picture begins after the sound', async () => {
    const path = at('late.mp4');
    const times = await frameTimes(path, await probe(path, binaries), binaries, { start: null, end: null });
    expect(times[0]).toBeGreaterThan(0.4);
  });
});
