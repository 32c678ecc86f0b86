import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { cropFilters, withCrop } from '../../src/ffmpeg/container-crop.ts';
import { featuresOf } from '../../src/ffmpeg/features.ts';
import { NutReader } from '../../src/ffmpeg/nut/reader.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { startFfmpeg } from '../../src/ffmpeg/process.ts';
import { usableVideo } from '../../src/source/source-error.ts';
import { liveDecodeArgs } from '../../src/source/live/live-decode-args.ts';
import { veil } from '../cli/memory-io.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { insertBox } from '../support/insert-box.ts';
import { lumaOf } from '../support/luma-of.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { withMatrix } from '../support/with-matrix.ts';

const at = temporaryFolder();

/** Of the 320x240 pixels only these are black. */
const BLACK = { left: 100, top: 0, width: 220, height: 160 };

beforeAll(async () => {
  const { left, top, width, height } = BLACK;
  const box = `drawbox=x=${left}:y=${top}:w=${width}:h=${height}:c=black:t=fill`;
  const white = ['-f', 'lavfi', '-i', `color=white:s=320x240:r=10:d=0.5,${box},format=yuv420p`];
  const encoding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '10'];
  await ffmpeg(...white, ...encoding, at('plain.mp4'));
  await writeFile(at('turned.mp4'), withMatrix(await readFile(at('plain.mp4')), [0, 1, -1, 0]));
  // With a shape of its own, so that the builds write elements that the test can give another meaning.
  await ffmpeg('-i', at('plain.mp4'), '-c', 'copy', '-aspect', '300:140', at('wide.mkv'));
  await writeFile(at('crop.mkv'), await withMatroskaCrop(at('wide.mkv')));
  await writeFile(at('crop.mov'), await withCleanAperture(at('plain.mp4')));
  const edges = `h264_metadata=crop_left=${BLACK.left}:crop_bottom=${240 - BLACK.height}`;
  await ffmpeg('-i', at('plain.mp4'), '-c', 'copy', '-bsf:v', edges, at('codec.mp4'));
  await writeFile(at('turned.mov'), await withCleanAperture(at('turned.mp4')));
});

/** Lets the elements of the width and the height of display say how many pixels to cut off left and below. */
async function withMatroskaCrop(path: string): Promise<Buffer> {
  const file = await readFile(path);
  const [width, height] = [Buffer.from([0x54, 0xb0]), Buffer.from([0x54, 0xba])].map((id) =>
    file.indexOf(id),
  );
  for (const [element, id, value] of [
    [width!, 0x54cc, BLACK.left],
    [height!, 0x54aa, 240 - BLACK.height],
  ] as const) {
    file.writeUInt16BE(id, element);
    const length = file[element + 2]! - 0x80;
    file.writeUIntBE(value, element + 3, length);
  }
  return file;
}

/** Size, and how far the middle of what is shown lies from that of what is stored. */
async function withCleanAperture(path: string): Promise<Buffer> {
  const { left, top, width, height } = BLACK;
  const content = Buffer.alloc(32);
  const [across, down] = [left + width / 2 - 160, top + height / 2 - 120];
  [width, 1, height, 1, across, 1, down, 1].forEach((value, index) => content.writeInt32BE(value, 4 * index));
  const entry = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1'];
  return insertBox(await readFile(path), entry, 'clap', content);
}

test.each([
  ['Matroska', 'crop.mkv', { width: 220, height: 160 }],
  ['QuickTime', 'crop.mov', { width: 220, height: 160 }],
  ['QuickTime, turned,', 'turned.mov', { width: 160, height: 220 }],
])('what %s tells players to cut off is not in the output, which is said', async (_, name, size) => {
  const { frames, video, warnings, doubts } = await coverFile(at(name), at(`${name}.mp4`));
  expect(frames).toBe(5);
  expect(video).toMatchObject(size);
  expect(warnings).toContainEqual(expect.stringContaining('edges of the picture that players cut off'));
  expect(doubts).toEqual([]);
  for (const luma of await lumaOf(at(`${name}.mp4`), size, await findBinaries()))
    expect(Math.max(...luma)).toBeLessThan(60);
});

test('what a codec cuts off at the left, where that does not suit the memory of decoders, is not in the output', async () => {
  const { frames, video } = await coverFile(at('codec.mp4'));
  expect(frames).toBe(5);
  expect(video).toMatchObject({ width: 220, height: 160 });
  for (const luma of await lumaOf(at('codec.mp4.out.mp4'), { width: 220, height: 160 }, await findBinaries()))
    expect(Math.max(...luma)).toBeLessThan(60);
});

test('a live run does not show it either', async () => {
  const binaries = await findBinaries();
  const { fpsMode } = await featuresOf(binaries.ffmpeg.path);
  const args = liveDecodeArgs({
    ...{ input: ['-i', at('codec.mp4')], isPaced: false, size: null, looks: [96], lookPace: { frames: 1 } },
    ...{ hasSound: false, fpsMode },
  });
  const decoder = startFfmpeg(binaries.ffmpeg.path, args, { outputs: 2 });
  try {
    const reader = new NutReader(decoder.outputs[0]!, { maxFrameBytes: 1e6 });
    expect(await reader.open()).toMatchObject({ width: 220, height: 160 });
    const { data } = (await reader.next())!;
    expect(Math.max(...data.subarray(0, 220 * 160))).toBeLessThan(60);
  } finally {
    await decoder.stop();
  }
});

test('what is cut off in the container is shown by probe, and named by an audit', async () => {
  const { out } = await veil(['probe', at('crop.mkv')]);
  expect(out).toContain('220x160, stored as 320x240 and cut to 220x160, pixels 1:1');
  const { out: audit, code } = await veil(['audit', at('crop.mov'), '--json']);
  expect((JSON.parse(audit) as { problems: string[] }).problems).toContainEqual(
    expect.stringContaining('hold 320x240 pixels, of which players show 220x160'),
  );
  expect(code).toBe(3);
});

test('the shape that a container states is that of what is left', async () => {
  const { video } = await probe(at('plain.mp4'), await findBinaries());
  const crop = { left: 100, right: 0, top: 0, bottom: 80 };
  const shown = withCrop(video!, { crop, shape: { width: 440, height: 160 } });
  expect(shown).toMatchObject({ width: 220, height: 160, sampleAspectRatio: { num: 2, den: 1 } });
  expect(cropFilters(shown)).toContain('setsar=sar=2/1:max=65535');
  expect(cropFilters({ ...shown, rotation: 90 })).toContain('setsar=sar=1/2:max=65535');
  // Nothing would be left.
  expect(withCrop(video!, { crop: { ...crop, right: 220 }, shape: null })).toBe(video);
});

test('a picture that is stored larger than Veil takes is refused, however little of it is shown', async () => {
  const facts = await probe(at('crop.mkv'), await findBinaries());
  const video = { ...facts.video!, crop: { ...facts.video!.crop!, of: { width: 40_000, height: 40_000 } } };
  expect(usableVideo('crop.mkv', facts)).toBe(facts.video);
  expect(() => usableVideo('crop.mkv', { ...facts, video })).toThrow(
    '40000×40000 pixels, more than Veil takes',
  );
});
