import { mkdir, readdir } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { probe } from '../../src/ffmpeg/probe.ts';
import { samplesOf } from '../../src/frame/frame.ts';
import { encoderSupportOf, tenBitEncoderFor } from '../../src/sink/encoder-support.ts';
import { carryVideo } from '../support/carried-video.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../support/video-source.ts';

const binaries = Object.values(await ffmpegBuilds())[0]!;
const support = await encoderSupportOf(binaries.ffmpeg.path);
const at = temporaryFolder();

/** Levels that 8 bits can't distinguish from 612 and 404. */
const [LEFT, RIGHT] = [613, 406];

/** Two greys, lossless or nearly so. */
async function make(name: string, ...encoding: string[]): Promise<void> {
  const graph = `color=s=96x64:r=5:d=0.4,format=yuv420p10le,geq=lum='if(lt(X,48),${LEFT},${RIGHT})':cb=512:cr=512`;
  await makeVideo(binaries, at(name), graph, '-pix_fmt', 'yuv420p10le', ...encoding);
}

beforeAll(async () => {
  await mkdir(at('out'));
  await make('ffv1.mkv', '-c:v', 'ffv1');
  await make('full.mkv', '-c:v', 'ffv1', '-color_range', 'pc');
  if (tenBitEncoderFor('av1', support) !== null) {
    const [codec] = ['libsvtav1', 'libaom-av1'].filter((name) => support.tenBit.has(name));
    const speed = codec === 'libsvtav1' ? ['-preset', '12'] : ['-cpu-used', '8', '-strict', '-2'];
    await make('av1.mp4', '-c:v', codec!, '-crf', '10', ...speed);
  }
});

/** Luma of the first frame, left and right, in the bit depth of the file. */
async function levels(path: string): Promise<[number, number]> {
  const [, frames] = await decodeVideo(path, binaries, { sizes: [], interval: 60, keepsDepth: true });
  const samples = samplesOf(frames[0]!.frame);
  return [samples[24 * 96 + 10]!, samples[24 * 96 + 80]!];
}

const TARGETS = [
  ['h265', 'mp4'],
  ['vp9', 'webm'],
  ['av1', 'mkv'],
] as const;

for (const [codec, ending] of TARGETS) {
  const isThere = tenBitEncoderFor(codec, support) !== null;
  test.skipIf(!isThere).each(['ffv1.mkv', 'full.mkv'])(
    `10 bits stay 10 bits as ${codec}, from %s${isThere ? '' : ' (left out: this ffmpeg writes 8 bits only)'}`,
    async (name) => {
      const output = at(`${name}-${codec}.${ending}`);
      const notes = await carryVideo(at(name), output, { video: { codec, crf: 4 } });
      expect((await probe(output, binaries)).video).toMatchObject({ bitDepth: 10 });
      const [left, right] = await levels(output);
      expect(Math.abs(left - LEFT)).toBeLessThanOrEqual(1);
      expect(Math.abs(right - RIGHT)).toBeLessThanOrEqual(1);
      expect(notes.join()).not.toContain('converted');
    },
  );
}

const hasAv1 = tenBitEncoderFor('av1', support) !== null;

test.skipIf(!hasAv1)(
  `an AV1 of 10 bits is read as it is${hasAv1 ? '' : ' (left out: this ffmpeg has no encoder to make one)'}`,
  async () => {
    const before = await levels(at('av1.mp4'));
    const output = at('av1-h265.mp4');
    await carryVideo(at('av1.mp4'), output, { video: { codec: 'h265', crf: 4 } });
    const [left, right] = await levels(output);
    expect(Math.abs(left - before[0])).toBeLessThanOrEqual(1);
    expect(Math.abs(right - before[1])).toBeLessThanOrEqual(1);
  },
);

test.skipIf(!support.encoders.has('libsvtav1') || !support.svtCrf)(
  'a picture that is too small for the encoder is refused, and nothing is left',
  async () => {
    await makeVideo(binaries, at('small.mkv'), 'testsrc2=s=64x48:r=5:d=0.4', '-c:v', 'ffv1');
    await expect(
      carryVideo(at('small.mkv'), at('out', 'small.mp4'), { video: { codec: 'av1' } }),
    ).rejects.toMatchObject({ code: 'ENCODER_UNAVAILABLE' });
    expect(await readdir(at('out'))).toEqual([]);
  },
);

test.each(['tv', 'pc'])('the detector sees of 10 bits what it sees of 8 (range %s)', async (range) => {
  const graph = `testsrc2=s=96x64:r=5:d=0.4,scale=out_range=${range}`;
  const pictures: Uint8Array[] = [];
  for (const format of ['yuv420p', 'yuv420p10le']) {
    const path = at(`${format}-${range}.mkv`);
    const coding = ['-pix_fmt', format, '-color_range', range, '-c:v', 'ffv1'];
    await makeVideo(binaries, path, `${graph},format=${format}`, ...coding);
    const [, frames] = await decodeVideo(path, binaries, { sizes: [64], interval: 1, keepsDepth: true });
    pictures.push(frames[0]!.pictures![0]!.data);
  }
  const [eight, ten] = pictures as [Uint8Array, Uint8Array];
  const differences = eight.map((value, index) => Math.abs(value - ten[index]!));
  expect(eight.length).toBeGreaterThan(5000);
  expect(differences.reduce((sum, value) => sum + value, 0) / eight.length).toBeLessThan(1);
});

test('as h264 10 bits become 8, and that is said with what would keep them', async () => {
  const notes = await carryVideo(at('ffv1.mkv'), at('eight.mp4'));
  expect((await probe(at('eight.mp4'), binaries)).video).toMatchObject({ codec: 'h264', bitDepth: 8 });
  expect(notes.join()).toContain('converted from 10 to 8 bits');
  expect(notes.join()).toContain('--codec h265, vp9 or av1 would keep 10 bits');
});

test('colours that are stored more coarsely are said', async () => {
  await makeVideo(
    binaries,
    at('422.mkv'),
    'testsrc2=s=64x48:r=5:d=0.4',
    '-pix_fmt',
    'yuv422p',
    '-c:v',
    'ffv1',
  );
  expect((await carryVideo(at('422.mkv'), at('420.mp4'))).join()).toContain('4:2:0 instead of 4:2:2');
});
