import { beforeAll, expect, test } from 'vitest';
import { samplesOf } from '../../src/frame/frame.ts';
import { encoderSupportOf, tenBitEncoderFor } from '../../src/sink/encoder-support.ts';
import { carryVideo } from '../support/carried-video.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../support/video-source.ts';

const binaries = Object.values(await ffmpegBuilds())[0]!;
const support = await encoderSupportOf(binaries.ffmpeg.path);
const at = temporaryFolder();

beforeAll(async () => {
  // All white; the right half is transparent.
  const graph = "color=s=64x48:r=5:d=0.4,format=rgba,geq=r=255:g=255:b=255:a='if(lt(X,32),255,0)'";
  await makeVideo(binaries, at('film.mov'), graph, '-c:v', 'qtrle');
  await makeVideo(binaries, at('film.webm'), graph, '-c:v', 'libvpx-vp9', '-pix_fmt', 'yuva420p');
});

/** Half transparent, the other half in a grey that 8 bits can't distinguish from 612. */
async function makeDeep(name: string, ...encoding: string[]): Promise<void> {
  const graph =
    "color=s=64x48:r=5:d=0.4,format=yuva444p10le,geq=lum=613:cb=512:cr=512:a='if(lt(X,32),1023,0)'";
  await makeVideo(binaries, at(name), graph, '-c:v', 'ffv1', '-pix_fmt', 'yuva444p10le', ...encoding);
}

test('what is transparent by its palette is not seen in the output', async () => {
  // Transparent pixels are stored as green.
  const graph =
    "color=s=64x48:r=5:d=0.4,format=rgba,geq=r='if(lt(X,32),255,0)':g=255:b=0:a='if(lt(X,32),255,0)'";
  const palette = `${graph},split[a][b];[a]palettegen[p];[b][p]paletteuse`;
  await makeVideo(binaries, at('palette.mov'), palette, '-c:v', 'png', '-pix_fmt', 'pal8');
  const notes = await carryVideo(at('palette.mov'), at('palette.mp4'));
  const [, frames] = await decodeVideo(at('palette.mp4'), binaries, { sizes: [], interval: 60 });
  const { data } = frames[0]!.frame;
  expect(data[24 * 64 + 10]!).toBeGreaterThan(150);
  expect(data[24 * 64 + 54]!).toBeLessThan(40);
  expect(notes.join()).toContain('transparent becomes black');
});

test.skipIf(tenBitEncoderFor('h265', support) === null)(
  'a transparent picture of 10 bits keeps 10 bits of what is not transparent',
  async () => {
    await makeDeep('deep.mkv');
    const notes = await carryVideo(at('deep.mkv'), at('deep.mp4'), { video: { codec: 'h265', crf: 4 } });
    const options = { sizes: [], interval: 60, keepsDepth: true };
    const [, frames] = await decodeVideo(at('deep.mp4'), binaries, options);
    const samples = samplesOf(frames[0]!.frame);
    expect(Math.abs(samples[24 * 64 + 10]! - 613)).toBeLessThanOrEqual(1);
    expect(samples[24 * 64 + 54]!).toBeLessThan(80);
    expect(notes.join()).toContain('transparent becomes black');
  },
);

test('what is transparent in HDR is not seen in the output, HDR or not', async () => {
  const hlg = ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'];
  await makeDeep('hlg.mkv', ...hlg);
  for (const hdr of ['keep', 'sdr'] as const) {
    const output = at(`hlg-${hdr}.mp4`);
    const notes = await carryVideo(at('hlg.mkv'), output, { video: { hdr } });
    expect(notes.join()).toContain('transparent becomes black');
    const [, frames] = await decodeVideo(output, binaries, { sizes: [], interval: 60 });
    const { data } = frames[0]!.frame;
    expect(data[24 * 64 + 10]!).toBeGreaterThan(90);
    expect(data[24 * 64 + 54]!).toBeLessThan(40);
  }
});

test.each(['mov', 'webm'])('what is transparent in an .%s is not seen in the output', async (ending) => {
  const output = at(`${ending}.mp4`);
  const notes = await carryVideo(at(`film.${ending}`), output);
  const [, frames] = await decodeVideo(output, binaries, { sizes: [], interval: 60 });
  const { data } = frames[0]!.frame;
  expect(data[24 * 64 + 10]!).toBeGreaterThan(225);
  expect(data[24 * 64 + 54]!).toBeLessThan(40);
  expect(notes.join()).toContain('transparent becomes black');
});
