import { describe, expect, test } from 'vitest';
import { featuresOf } from '../../../src/ffmpeg/features.ts';
import { NutReader } from '../../../src/ffmpeg/nut/reader.ts';
import { startFfmpeg } from '../../../src/ffmpeg/process.ts';
import { frameBytes } from '../../../src/frame/frame.ts';
import { liveDecodeArgs } from '../../../src/source/live/live-decode-args.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';

const SIZE = { width: 320, height: 180 };
const RATE = 25;

describe.each(Object.entries(await ffmpegBuilds()))('with %s', (_, { ffmpeg }) => {
  test('a frame and its pictures leave the decoder without waiting for the next frame', async () => {
    const { fpsMode } = await featuresOf(ffmpeg.path);
    const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${SIZE.width}x${SIZE.height}`];
    const args = liveDecodeArgs({
      input: [...raw, '-framerate', `${RATE}`, '-i', 'pipe:0'],
      ...{ isPaced: false, size: null, looks: [160, 96], lookPace: { frames: 2 }, hasSound: false, fpsMode },
    });
    const decoder = startFfmpeg(ffmpeg.path, args, { stdin: true, outputs: 3 });
    try {
      const readers = decoder.outputs.map((output) => new NutReader(output, { maxFrameBytes: 1e6 }));
      // Pictures of frames 0, 1 and 2; no other frame comes.
      decoder.stdin!.write(new Uint8Array(3 * frameBytes('yuv420p', SIZE.width, SIZE.height)));
      const counts = [3, 2, 2];
      const times = await Promise.all(
        readers.map(async (reader, output) => {
          await reader.open();
          const read: number[] = [];
          while (read.length < counts[output]!) read.push((await reader.next())!.pts / 1e6);
          return read;
        }),
      );
      expect(times).toEqual([
        [0, 1 / RATE, 2 / RATE],
        [0, 2 / RATE],
        [0, 2 / RATE],
      ]);
    } finally {
      await decoder.stop();
    }
  });

  test('a file is played at the speed of its timestamps from its first frame on', async () => {
    const { fpsMode } = await featuresOf(ffmpeg.path);
    const args = liveDecodeArgs({
      input: ['-f', 'lavfi', '-i', `color=s=${SIZE.width}x${SIZE.height}:r=${RATE}:d=0.4`],
      ...{ isPaced: true, size: null, looks: [96], lookPace: { frames: 1 }, hasSound: false, fpsMode },
    });
    const decoder = startFfmpeg(ffmpeg.path, args, { outputs: 2 });
    const [full, pictures] = decoder.outputs;
    pictures!.resume();
    const reader = new NutReader(full!, { maxFrameBytes: 1e6 });
    await reader.open();
    const arrivals: number[] = [];
    while ((await reader.next()) !== null) arrivals.push(performance.now());
    expect(arrivals).toHaveLength(10);
    // Later on a busy machine; earlier only by the time that the first one took.
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(200);
    await decoder.exited;
  });
});
