import { beforeAll, describe, expect, test } from 'vitest';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { lumaOf } from '../../support/luma-of.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo } from '../../support/video-source.ts';
import { greyFrame, openTestSink } from '../../support/written-video.ts';

const builds = await ffmpegBuilds();
const at = temporaryFolder();
const size = { width: 640, height: 480 };
const timeBase = { num: 1, den: 25 };
const FRAMES = 40;

beforeAll(async () => {
  await makeVideo(Object.values(builds)[0]!, at('in.mp4'), 'color=s=64x48:r=25:d=1.6', '-c:v', 'libx264');
});

describe.each(Object.entries(builds))('with %s', (build, binaries) => {
  test('frames are released once, in order, and what is done to them then is not in the file', async () => {
    const output = at(`${build.replaceAll(' ', '-')}.mp4`);
    const sink = await openTestSink({ binaries, input: at('in.mp4'), output, timeBase, ...size });
    const released: number[] = [];
    const brightness: number[] = [];
    for (let index = 0; index < FRAMES; index += 1) {
      const frame = greyFrame(index, index, { timeBase, ...size });
      // Video samples range from 16 to 235, those read below from 0 to 255.
      brightness.push(((frame.data[0]! - 16) * 255) / 219);
      const release = (): void => {
        frame.data.fill(255);
        released.push(index);
      };
      await sink.write({ ...frame, release });
    }
    await sink.finish();
    // The oldest build needs the last frame a second time, at the end.
    const count = Math.max(FRAMES - 1, released.length);
    expect(released).toEqual(Array.from({ length: count }, (_, index) => index));
    const written = await lumaOf(output, size, binaries);
    expect(Math.max(...brightness.map((value, i) => Math.abs(written[i]![0]! - value)))).toBeLessThan(4);
  });
});
