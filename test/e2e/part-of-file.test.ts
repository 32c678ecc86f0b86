import { beforeAll, describe, expect, test } from 'vitest';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { closingFrames } from '../support/closing-frames.ts';
import { carryVideo } from '../support/carried-video.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { packetTimes } from '../support/written-video.ts';
import { toneSpan } from '../support/tone-span.ts';

const binaries: Binaries = Object.values(await ffmpegBuilds())[0]!;
const at = temporaryFolder();

/** Seconds by which one of the two begins later. */
const LATER = 0.4;
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  picture: ['-itsoffset', `${LATER}`, '-i', 'base', '-i', 'base'],
  sound: ['-i', 'base', '-itsoffset', `${LATER}`, '-i', 'base'],
};
const H264 = ['-c:v', 'libx264', '-bf', '2', '-c:a', 'aac'];
const CODECS: Readonly<Record<string, readonly string[]>> = {
  ...{ mp4: H264, mkv: H264, ts: H264 },
  webm: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
};
const ENDINGS = ['mp4', 'mkv', 'ts', 'webm'];

/** Before, across and behind the start of the later one. */
const PARTS = [
  [0.2, 0.9],
  [0.6, 0.9],
  [null, 0.7],
  [0.5, null],
] as const;

beforeAll(async () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1.6'];
  const sound = ['-f', 'lavfi', '-i', 'sine=f=997:d=1.6:r=48000', '-af', 'volume=4'];
  for (const ending of ENDINGS) {
    const base = at(`base.${ending === 'ts' ? 'mp4' : ending}`);
    await make([...picture, ...sound, ...CODECS[ending]!, base]);
    for (const [later, inputs] of Object.entries(INPUTS)) {
      const paths = inputs.map((arg) => (arg === 'base' ? base : arg));
      await make([...paths, '-map', '0:v', '-map', '1:a', '-c', 'copy', at(`${later}.${ending}`)]);
    }
  }
}, 60_000);

async function make(args: readonly string[]): Promise<void> {
  const { code, stderr } = await capture(binaries.ffmpeg.path, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
}

describe.each(ENDINGS)('a part of an .%s', (ending) => {
  describe.each(['picture', 'sound'])('whose %s begins later', (later) => {
    test.each(PARTS)('from %s s to %s s has the frames and the sound of that time', (start, end) =>
      expectPart(at(`${later}.${ending}`), start, end),
    );
  });
});

test.each([
  ['avi', ['-r', '5', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le']],
  ['ogv', ['-r', '5', '-c:v', 'libtheora', '-c:a', 'libvorbis']],
  ['dv', ['-s', '720x576', '-pix_fmt', 'yuv420p', '-c:v', 'dvvideo', '-c:a', 'pcm_s16le', '-ac', '2']],
] as const)(
  'a part of an .%s, whose clock counts frames, begins and ends where it is asked to',
  async (ending, codec) => {
    const input = at(`ticks.${ending}`);
    await make(['-i', at('base.mp4'), ...codec, input]);
    for (const [start, end] of [
      [0.65, 1.5],
      [0.85, 1.33],
      [0.7, null],
    ] as const) {
      await expectPart(input, start, end);
    }
  },
);

/** Covers a part, and compares frames and sound with those of that time in the input. */
async function expectPart(input: string, start: number | null, end: number | null): Promise<void> {
  const { startTime } = await probe(input, binaries);
  const [from, to] = [start ?? 0, end ?? Infinity];
  const frames = (await packetTimes(input, 'v:0', binaries))
    .map((time) => time - startTime)
    .filter((time) => time >= from - 0.000_5 && time < to - 0.000_5);
  const sound = (await toneSpan(input, binaries)).map((time) => time - startTime);
  const output = `${input}-${from}-${to}.mp4`;
  await carryVideo(input, output, { start, end });
  const shown = await packetTimes(output, 'v:0', binaries);
  // Old builds mark the end of the last frame with another one.
  expect([frames.length, frames.length + (await closingFrames())]).toContain(shown.length);
  // By the clock of the input.
  const shift = frames[0]! - shown[0]!;
  frames.forEach((time, index) => {
    expect(Math.abs(shown[index]! + shift - time)).toBeLessThan(0.001);
  });
  const heard = (await toneSpan(output, binaries)).map((time) => time + shift);
  expect(Math.abs(heard[0]! - Math.max(sound[0]!, from))).toBeLessThan(0.002);
  expect(Math.abs(heard[1]! - Math.min(sound[1]!, to))).toBeLessThan(0.002);
}

test('a part before the sound has frames and no sound, and that is said', async () => {
  const output = at('silent.mp4');
  const notes = await carryVideo(at('sound.mp4'), output, { start: 0, end: 0.2 });
  expect(await packetTimes(output, 'v:0', binaries)).toHaveLength(5);
  expect(notes).toContain('Audio track 1 has no sound in this part.');
});

test('a part before the picture is refused with the time at which it begins', async () => {
  await expect(carryVideo(at('picture.mp4'), at('none.mp4'), { start: 0, end: 0.3 })).rejects.toMatchObject({
    code: 'INPUT_NO_FRAMES',
    message: expect.stringMatching(
      /has no frame from 0 s to 0\.3 s: its picture begins at 0\.4\d? s/,
    ) as string,
  });
});

test.each(['ts', 'mpg'])(
  'no frame is lost where a part of an .%s begins between pictures that can be decoded alone',
  async (ending) => {
    const input = at(`long.${ending}`);
    const codec = ending === 'ts' ? ['-c:v', 'libx264', '-bf', '2'] : ['-c:v', 'mpeg2video', '-bf', '2'];
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=6'];
    await make([...picture, ...codec, '-g', '50', input]);
    await carryVideo(input, at(`${ending}-part.mp4`), { start: 3, end: 5 });
    expect(await packetTimes(at(`${ending}-part.mp4`), 'v:0', binaries)).toHaveLength(50);
  },
);
