import { beforeAll, expect, test } from 'vitest';
import { createAnonymizer } from '../../src/anonymize/anonymizer.ts';
import { readMastering } from '../../src/ffmpeg/mastering.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { frameBytes, samplesOf, type Frame } from '../../src/frame/frame.ts';
import { silentLogger } from '../../src/logger.ts';
import { carryVideo } from '../support/carried-video.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../support/video-source.ts';

const binaries = Object.values(await ffmpegBuilds())[0]!;
const at = temporaryFolder();

/** White of 203 nits (BT.2408) in 10 bits. */
const WHITE = { hlg: 721, pq: 573 };
const MASTERED = 'G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';

/** White on the left, black on the right, lossless. */
async function make(
  name: string,
  white: number,
  black: number,
  tags: string[],
  params = '',
  filter = '',
): Promise<void> {
  const graph = `color=s=64x48:r=5:d=0.4,format=yuv420p10le,geq=lum='if(lt(X,32),${white},${black})':cb=512:cr=512${filter}`;
  const codec = ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', ...tags];
  await makeVideo(binaries, at(name), graph, ...codec, '-x265-params', `log-level=error:lossless=1${params}`);
}

beforeAll(async () => {
  const bt2020 = ['-color_primaries', 'bt2020', '-colorspace', 'bt2020nc', '-color_range', 'tv'];
  await make('hlg.mp4', WHITE.hlg, 64, [...bt2020, '-color_trc', 'arib-std-b67']);
  const full = [...bt2020.slice(0, 4), '-color_range', 'pc', '-color_trc', 'arib-std-b67'];
  await make('hlg-full.mp4', 767, 0, full, ':range=full', ',setparams=range=pc');
  const mastered = `:master-display=${MASTERED}`;
  await make('pq.mp4', WHITE.pq, 64, [...bt2020, '-color_trc', 'smpte2084'], mastered);
  await make('full.mp4', 1023, 0, ['-color_range', 'pc'], ':range=full', ',setparams=range=pc');
});

/** Luma of the first frame, left and right, in the bit depth of the file. */
async function levels(name: string): Promise<[number, number]> {
  const { video } = await probe(at(name), binaries);
  const [, frames] = await decodeVideo(at(name), binaries, { sizes: [], interval: 60, keepsDepth: true });
  const { frame } = frames[0]!;
  const samples = samplesOf(frame);
  expect(frame.format === 'yuv420p10').toBe(video!.bitDepth === 10);
  return [samples[24 * 64 + 10]!, samples[24 * 64 + 50]!];
}

test.each([
  ['hlg', 'mp4', 'arib-std-b67', 'hevc'],
  ['pq', 'mp4', 'smpte2084', 'hevc'],
  ['pq', 'webm', 'smpte2084', 'vp9'],
] as const)('%s stays what it is in .%s, in 10 bits', async (kind, ending, transfer, codec) => {
  const output = `${kind}-out.${ending}`;
  const notes = await carryVideo(at(`${kind}.mp4`), at(output));
  const { video } = await probe(at(output), binaries);
  expect(video).toMatchObject({ codec, bitDepth: 10, color: { transfer, primaries: 'bt2020', range: 'tv' } });
  const [white, black] = await levels(output);
  expect(Math.abs(white - WHITE[kind])).toBeLessThanOrEqual(2);
  expect(Math.abs(black - 64)).toBeLessThanOrEqual(2);
  expect(notes.join()).toContain('stays HDR');
});

test('what PQ was mastered for is in the output, or it is said that it is not', async () => {
  await carryVideo(at('pq.mp4'), at('mastered.mp4'));
  const original = await readMastering(at('pq.mp4'), 0, binaries);
  expect(original?.light).toEqual({ content: 1000, frame: 400 });
  expect(await readMastering(at('mastered.mp4'), 0, binaries)).toEqual(original);
  expect((await carryVideo(at('pq.mp4'), at('lost.webm'))).join()).toContain('mastered for is left out');
});

test.each([
  ['hlg', { video: { codec: 'h264' } }],
  ['pq', { video: { hdr: 'sdr' } }],
  ['hlg-full', { video: { hdr: 'sdr' } }],
] as const)('%s becomes SDR as bright as it looks where %o is asked for', async (kind, options) => {
  const output = `${kind}-sdr.mp4`;
  const notes = await carryVideo(at(`${kind}.mp4`), at(output), options);
  const { video } = await probe(at(output), binaries);
  expect(video).toMatchObject({ codec: 'h264', bitDepth: 8, color: { transfer: 'bt709', range: 'tv' } });
  const [white, black] = await levels(output);
  expect(white).toBeGreaterThanOrEqual(177);
  expect(white).toBeLessThanOrEqual(187);
  expect(black).toBe(16);
  expect(notes.join()).toContain('converted from HDR to SDR');
});

test.each([
  ['gamma22', 'bt470m'],
  ['gamma28', 'bt470bg'],
])('%s, which ffprobe calls %s, is kept', async (option, name) => {
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-color_trc', option];
  await makeVideo(binaries, at(`${option}.mp4`), 'color=s=64x48:r=5:d=0.4', ...codec);
  await carryVideo(at(`${option}.mp4`), at(`${option}-out.mp4`));
  expect((await probe(at(`${option}-out.mp4`), binaries)).video?.color.transfer).toBe(name);
});

test('full range stays full in 8 bits', async () => {
  await carryVideo(at('full.mp4'), at('full-out.mp4'));
  expect((await probe(at('full-out.mp4'), binaries)).video?.color.range).toBe('pc');
  const [white, black] = await levels('full-out.mp4');
  expect(white).toBeGreaterThanOrEqual(254);
  expect(black).toBeLessThanOrEqual(1);
});

test.each([
  ['smpte2084', 573],
  ['arib-std-b67', 721],
] as const)(
  'covers are drawn in 10 bits, and their white is that of paper in %s',
  async (transfer, white) => {
    const [width, height, format] = [64, 48, 'yuv420p10'] as const;
    const frame: Frame = {
      ...{ index: 0, pts: 0, time: 0, width, height, format },
      data: new Uint8Array(frameBytes(format, width, height)),
    };
    samplesOf(frame).fill(940);
    const anonymizer = await createAnonymizer({
      ...{ style: 'solid', cells: 6, shape: 'rectangle', padding: 0.2, color: '#ffffff', anonymizer: 'cpu' },
      ...{ format, width, height, transfer, logger: silentLogger },
    });
    const box = { x: 24, y: 16, width: 16, height: 16 };
    await anonymizer.anonymize(frame, [{ trackId: 1, box, origin: 'detected', score: 1 }]);
    const samples = samplesOf(frame);
    expect(Math.abs(samples[24 * width + 32]! - white)).toBeLessThanOrEqual(1);
    expect(samples[24 * width + 1]).toBe(940);
    anonymizer.curtain(frame);
    expect(new Set(samplesOf(frame).subarray(0, width * height))).toEqual(new Set([4 * 48]));
    await anonymizer.close();
  },
);
