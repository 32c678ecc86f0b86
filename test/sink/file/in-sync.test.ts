import { beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { Binaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { probe } from '../../../src/ffmpeg/probe.ts';
import { openFfmpegSource } from '../../../src/source/file/ffmpeg-source.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { coveredFrame, openTestSink, packetTimes } from '../../support/written-video.ts';
import { toneOnset } from '../../support/tone-onset.ts';

const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;
const at = temporaryFolder();

/** Two inputs with a picture and a tone at 0.5 s each; the result has the first's picture and the second's audio. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  'plain.mp4': ['-i', 'base.mp4', '-i', 'base.mp4', '-c', 'copy'],
  'picture-later.mp4': ['-itsoffset', '0.3', '-i', 'base.mp4', '-i', 'base.mp4', '-c', 'copy'],
  'sound-later.mkv': ['-i', 'base.mp4', '-itsoffset', '0.3', '-i', 'base.mp4', '-c', 'copy'],
  'plain.ts': ['-i', 'base.mp4', '-i', 'base.mp4', '-c', 'copy'],
  'picture-later.ts': ['-itsoffset', '0.3', '-i', 'base.mp4', '-i', 'base.mp4', '-c', 'copy'],
  'sound-later.ts': ['-i', 'base.mp4', '-itsoffset', '0.3', '-i', 'base.mp4', '-c', 'copy'],
  'plain.mpg': ['-i', 'base.mp4', '-i', 'base.mp4', '-c:v', 'mpeg2video', '-c:a', 'mp2'],
  'sound-later.ogv': [
    '-i',
    'base.mp4',
    '-itsoffset',
    '0.3',
    '-i',
    'base.mp4',
    '-c:v',
    'libtheora',
    '-c:a',
    'libopus',
  ],
  'low-rate.mov': ['-i', 'base.mp4', '-i', 'base.mp4', '-c:v', 'copy', '-c:a', 'pcm_s16le', '-ar', '8000'],
  'plain.webm': ['-i', 'base.mp4', '-i', 'base.mp4', '-c:v', 'libvpx-vp9', '-c:a', 'libopus'],
};

beforeAll(async () => {
  const tone = "aevalsrc='if(gte(t,0.5),0.5*sin(2*PI*997*t),0)':d=1:s=48000";
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1'];
  const encoding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-c:a', 'aac'];
  await make([...picture, '-f', 'lavfi', '-i', tone, ...encoding, at('base.mp4')]);
  for (const [name, args] of Object.entries(INPUTS)) {
    const paths = args.map((arg) => (arg === 'base.mp4' ? at(arg) : arg));
    await make([...paths, '-map', '0:v', '-map', '1:a', at(name)]);
  }
}, 60_000);

async function make(args: readonly string[]): Promise<void> {
  const { code, stderr } = await capture(found.ffmpeg.path, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
}

/** Seconds from the first frame to the tone. */
async function toneAfterPicture(path: string): Promise<number> {
  return (await toneOnset(path, found)) - (await packetTimes(path, 'v:0', found))[0]!;
}

async function copy(input: string, output: string, binaries: Binaries, start: number | null): Promise<void> {
  const facts = await probe(input, binaries);
  const part = { start, end: null };
  const options = { path: input, probe: facts, binaries, look: { interval: 1, sizes: [] }, ...part };
  await using source = await openFfmpegSource(options);
  const { width, height, timeBase } = source.info;
  const config = configSchema.parse({});
  const sink = await openTestSink({
    ...{ binaries, input, output, timeBase, width, height },
    options: { overwrite: true, start, video: { ...config.video, preset: 'ultrafast' } },
  });
  try {
    for await (const { frame } of source.frames()) await sink.write(coveredFrame(frame));
    await sink.finish();
  } finally {
    await sink.abort();
  }
}

describe.each(Object.entries(builds))('with %s', (build, binaries) => {
  test.each([
    ['plain.mp4', 'webm'],
    ['picture-later.mp4', 'mov'],
    ['sound-later.mkv', 'mkv'],
    ['plain.mpg', 'mp4'],
    ['sound-later.ogv', 'mkv'],
    ['plain.webm', 'webm'],
    ['plain.webm', 'mp4'],
    ['low-rate.mov', 'webm'],
    ['plain.ts', 'mp4'],
    ['picture-later.ts', 'mkv'],
    ['sound-later.ts', 'mp4'],
  ])('sound stays where it was beside the picture from %s to .%s', staysInSync);

  async function staysInSync(name: string, ending: string): Promise<void> {
    const output = at(`${build.replaceAll(' ', '-')}-${name}.${ending}`);
    await copy(at(name), output, binaries, null);
    const moved = (await toneAfterPicture(output)) - (await toneAfterPicture(at(name)));
    // Matroska counts in milliseconds, and rounds picture and audio.
    expect(Math.abs(moved)).toBeLessThan(/mkv|webm/.test(ending) ? 0.001_2 : 0.001);
  }

  test.each([0.1, 0.4])('a part from %s s on of a transport stream is in time as well', async (start) => {
    const output = at(`${build.replaceAll(' ', '-')}-part-${start}.mp4`);
    await copy(at('picture-later.ts'), output, binaries, start);
    const { startTime } = await probe(at('picture-later.ts'), binaries);
    const expected = (await toneOnset(at('picture-later.ts'), found)) - startTime - start;
    expect(Math.abs((await toneOnset(output, found)) - expected)).toBeLessThan(0.001);
    const frames = await packetTimes(at('picture-later.ts'), 'v:0', found);
    const first = frames.map((time) => time - startTime - start).find((time) => time >= -0.000_02);
    expect((await packetTimes(output, 'v:0', found))[0]).toBeCloseTo(first!, 3);
  });
});
