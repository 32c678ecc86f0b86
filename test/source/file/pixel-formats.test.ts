import { expect, test } from 'vitest';
import { samplesOf } from '../../../src/frame/frame.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../../support/video-source.ts';

const binaries = Object.values(await ffmpegBuilds())[0]!;
const at = temporaryFolder();

/** Luma and both colours of the first frame of a picture of one colour. */
async function samplesAt(path: string, keepsDepth = false): Promise<number[]> {
  const [, frames] = await decodeVideo(path, binaries, { sizes: [], interval: 60, keepsDepth });
  const samples = samplesOf(frames[0]!.frame);
  const pixels = 64 * 48;
  return [0, pixels, pixels + pixels / 4].map((place) => samples[place]!);
}

test.each([
  ['pal8', 'red', [63, 102, 240]],
  ['pal8', 'white', [235, 128, 128]],
  ['rgb555le', 'red', [63, 102, 240]],
  ['rgb555le', 'white', [235, 128, 128]],
] as const)(
  'what is stored as %s has the colours that players show (%s)',
  async (format, color, expected) => {
    const path = at(`${format}-${color}.avi`);
    const graph = `color=${color}:s=64x48:r=5:d=0.4,format=rgb24`;
    await makeVideo(binaries, path, graph, '-c:v', 'rawvideo', '-pix_fmt', format);
    (await samplesAt(path)).forEach((sample, index) => {
      // A palette from ffmpeg is a few levels off.
      expect(Math.abs(sample - expected[index]!)).toBeLessThanOrEqual(3);
    });
  },
);

test.each(['yuv420p10le', 'yuv422p10le', 'yuv444p10le'])(
  'HDR of full range stays so, as %s',
  async (format) => {
    const path = at(`${format}.mkv`);
    const graph = `color=s=64x48:r=5:d=0.4,format=${format},geq=lum='if(lt(X,32),0,1023)':cb=512:cr=512`;
    const tags = ['-color_range', 'pc', '-colorspace', 'bt2020nc', '-color_primaries', 'bt2020'];
    await makeVideo(
      binaries,
      path,
      graph,
      '-c:v',
      'ffv1',
      '-pix_fmt',
      format,
      ...tags,
      '-color_trc',
      'smpte2084',
    );
    const [source, frames] = await decodeVideo(path, binaries, { sizes: [], interval: 60, keepsDepth: true });
    expect(source.color).toMatchObject({ range: 'pc', transfer: 'smpte2084' });
    const samples = samplesOf(frames[0]!.frame);
    expect([samples[0], samples[63]]).toEqual([0, 1023]);
  },
);
