import { expect, test } from 'vitest';
import { NutWriter } from '../../../src/ffmpeg/nut/writer.ts';
import { startFfmpeg } from '../../../src/ffmpeg/process.ts';
import { frameBytes, samplesOf } from '../../../src/frame/frame.ts';
import { encoderSupportOf } from '../../../src/sink/encoder-support.ts';
import { trialArgs } from '../../../src/sink/file/encode-args.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { optionsFor } from '../../support/hardware-options.ts';

const SIZE = { width: 66, height: 50 };
const builds = Object.entries(await ffmpegBuilds());
const CASES = builds.flatMap(([name, build]) =>
  (['hevc_nvenc', 'hevc_vaapi'] as const).flatMap((encoder) =>
    (['yuv420p', 'yuv420p10'] as const).flatMap((format) =>
      (['tv', 'pc'] as const).map((range) => ({ name, build, encoder, format, range })),
    ),
  ),
);

test.each(CASES)(
  '$encoder is given each sample as it is: $format, $range, $name',
  async ({ build: { ffmpeg }, encoder, format, range }) => {
    const frame = noise(format);
    const options = optionsFor(encoder, 'h265', {
      ...{ format, color: { range, space: 'bt709', primaries: 'bt709', transfer: 'bt709' } },
      support: await encoderSupportOf(ffmpeg.path),
    });
    const given = planar(await whatIsGiven(ffmpeg.path, trialArgs(options), frame), format);
    const samples = samplesOf(frame);
    expect(given).toHaveLength(samples.length);
    expect(given.filter((sample, index) => sample !== samples[index])).toHaveLength(0);
  },
);

type Format = 'yuv420p' | 'yuv420p10';

function noise(format: Format): { format: Format; data: Uint8Array } {
  const data = new Uint8Array(frameBytes(format, SIZE.width, SIZE.height));
  const samples = samplesOf({ format, data });
  for (let index = 0, state = 1; index < samples.length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    samples[index] = state >>> (format === 'yuv420p10' ? 22 : 24);
  }
  return { format, data };
}

/** The input of the encoder with these arguments, which end in a raw picture instead, before the device. */
async function whatIsGiven(
  ffmpeg: string,
  args: readonly string[],
  { format, data }: ReturnType<typeof noise>,
): Promise<Buffer> {
  const [codec, bitstream] = [args.indexOf('-c:v'), args.indexOf('-bsf:v')];
  const quality = args.indexOf('-g') + 2;
  expect(codec).toBeLessThan(quality);
  const picture = args.slice(quality, bitstream).map((arg) => arg.replace(',hwupload', ''));
  const raw = ['-c:v', 'rawvideo', ...picture, '-f', 'rawvideo', 'pipe:1'];
  const start = ['-v', 'error', '-f', 'nut', '-i', 'pipe:0'];
  const running = startFfmpeg(ffmpeg, [...start, ...raw], { stdin: true, outputs: 1 });
  const chunks: Buffer[] = [];
  running.outputs[0]?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const nut = new NutWriter({ ...SIZE, format, timeBase: { num: 1, den: 25 } });
  for (const part of [nut.header(), ...nut.frame(0, data)]) running.stdin?.write(part);
  running.stdin?.end();
  const { code, stderr } = await running.exited;
  expect([code, stderr]).toEqual([0, '']);
  return Buffer.concat(chunks);
}

/** The samples of an encoder's layout, in the order of a frame. */
function planar(data: Buffer, format: Format): number[] {
  const all =
    format === 'yuv420p10'
      ? Array.from({ length: data.length / 2 }, (_, index) => data.readUInt16LE(2 * index) >> 6)
      : [...data];
  const luma = SIZE.width * SIZE.height;
  const chroma = all.slice(luma);
  return [
    ...all.slice(0, luma),
    ...chroma.filter((_, index) => index % 2 === 0),
    ...chroma.filter((_, index) => index % 2 === 1),
  ];
}
