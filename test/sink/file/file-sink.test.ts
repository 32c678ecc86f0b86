import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { probe } from '../../../src/ffmpeg/probe.ts';
import type { Rational } from '../../../src/frame/frame.ts';
import { encoderSupportOf } from '../../../src/sink/encoder-support.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { makeOriginal, SECRETS, toneStart, TONE_AT } from '../../support/loud-original.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo } from '../../support/video-source.ts';
import { packetTimes, writeVideo } from '../../support/written-video.ts';

const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;
const at = temporaryFolder();

const every = (ticks: number, count = 30): number[] => Array.from({ length: count }, (_, i) => i * ticks);

/** Like phone recordings: about 30 fps, each frame slightly early or late, with one gap. */
const PHONE = every(3000).map((tick, i) => tick + ((i * 1237) % 700) + (i > 15 ? 9100 : 0));

const RATES: Readonly<Record<string, { ticks: number[]; timeBase: Rational }>> = {
  '30000/1001': { ticks: every(1001), timeBase: { num: 1, den: 30_000 } },
  '50': { ticks: every(256), timeBase: { num: 1, den: 12_800 } },
  '24': { ticks: every(1), timeBase: { num: 1, den: 24 } },
  'a varying rate': { ticks: PHONE, timeBase: { num: 1, den: 90_000 } },
  'a late first frame': {
    ticks: every(3600).map((tick) => tick + 45_000),
    timeBase: { num: 1, den: 90_000 },
  },
};

beforeAll(async () => {
  await makeVideo(found, at('silent.mp4'), 'color=s=64x48:r=10:d=1.5', '-c:v', 'libx264');
  await makeOriginal(found, at(), 'loud.mov', { codecs: ['aac', 'pcm_s16le'], delay: 0.3 });
  await makeOriginal(found, at(), 'loud.mp4', { codecs: ['aac', 'libmp3lame'] });
  await makeOriginal(found, at(), 'loud.mkv', { codecs: ['libopus', 'libvorbis'] });
});

test('the originals do hold what must not pass', async () => {
  for (const name of ['loud.mp4', 'loud.mkv']) {
    const bytes = await readFile(at(name), 'latin1');
    expect(SECRETS.filter((secret) => !bytes.includes(secret))).toEqual([]);
    expect((await probe(at(name), found)).tags).toHaveProperty('creation_time');
  }
  expect((await probe(at('loud.mp4'), found)).streamKinds).toEqual(
    expect.arrayContaining(['cover', 'subtitle', 'data']),
  );
  const { streamKinds, chapters } = await probe(at('loud.mkv'), found);
  expect(streamKinds).toEqual(expect.arrayContaining(['subtitle', 'cover']));
  expect(chapters).toBe(1);
});

test('eight channels stay eight', async () => {
  const sound = ['-f', 'lavfi', '-i', 'aevalsrc=0.1*sin(997*2*PI*t):d=1.5', '-ac', '8', '-c:a', 'pcm_s16le'];
  const made = await capture(found.ffmpeg.path, [
    ...['-v', 'error', '-i', at('silent.mp4'), ...sound, '-c:v', 'copy', at('eight.mov')],
  ]);
  expect(made.stderr).toBe('');
  const timeBase = { num: 1, den: 25 };
  const output = at('eight.mp4');
  await writeVideo({ binaries: found, input: at('eight.mov'), output, ticks: every(1), timeBase });
  expect((await probe(output, found)).audio.map(({ channels }) => channels)).toEqual([8]);
});

describe.each(Object.entries(builds))('with %s', async (build, binaries) => {
  const { packetDurations } = await encoderSupportOf(binaries.ffmpeg.path);
  const out = (name: string): string => at(build.replaceAll(' ', '-'), name);

  test.each(Object.keys(RATES))('frames at %s keep their times', async (rate) => {
    const { ticks, timeBase } = RATES[rate]!;
    const times = ticks.map((tick) => (tick * timeBase.num) / timeBase.den);
    for (const container of ['mp4', 'mkv']) {
      const output = out(`${rate.replaceAll('/', '-')}.${container}`);
      // medium: with reordered frames.
      const options: ConfigInput = { video: { preset: 'medium' } };
      await writeVideo({ binaries, input: at('silent.mp4'), output, ticks, timeBase, options });
      const written = await packetTimes(output, 'v:0', binaries);
      expect(written).toHaveLength(times.length);
      const tolerance = container === 'mp4' ? 0.000_02 : 0.001;
      expect(Math.max(...written.map((time, i) => Math.abs(time - times[i]!)))).toBeLessThan(tolerance);
    }
  });

  for (const container of ['mp4', 'mov', 'mkv', 'webm']) {
    const isSkipped = !packetDurations && ['mkv', 'webm'].includes(container);
    test.skipIf(isSkipped)(
      `a varying rate keeps the duration in .${container}, to the end of the last frame${isSkipped ? ' (needs ffmpeg 5)' : ''}`,
      async () => {
        const output = out(`duration.${container}`);
        await writeVideo({ binaries, input: at('silent.mp4'), output, ...RATES['a varying rate']! });
        // According to the original, the last frame ends at 1.5 s.
        expect((await probe(output, binaries)).duration).toBeCloseTo(1.5, 3);
      },
    );
  }

  test.each([
    ['mov', 'mp4', {}],
    ['mkv', 'mkv', {}],
    ['mov', 'webm', {}],
    ['mkv', 'mp4', {}],
    ['mov', 'mov', { start: 0.5, end: 1.6 }],
  ] as const)('all sound of a .%s is there and in time in .%s %o', async (from, to, part) => {
    const input = at(`loud.${from}`);
    const output = out(`sound-${from}.${to}`);
    const { start = 0 } = part as { start?: number };
    const ticks = every(1001, 'end' in part ? 33 : 60);
    const timeBase = { num: 1, den: 30_000 };
    const { notes } = await writeVideo({ binaries, input, output, ticks, timeBase, options: part });
    const { audio } = await probe(output, binaries);
    expect(audio.map(({ language, isDefault }) => [language, isDefault])).toEqual([
      ['eng', false],
      ['fra', true],
    ]);
    for (const track of [0, 1]) {
      const heard = await toneStart(output, track, found);
      expect(Math.abs(heard - ((await toneStart(input, track, found)) - start))).toBeLessThan(0.02);
      if (track === 0) expect(Math.abs(heard - (TONE_AT - start))).toBeLessThan(0.03);
    }
    expect(notes.at(-1)).toContain('voices identify people');
  });

  test.each(['mp4', 'mov', 'mkv', 'webm'])(
    'nothing but picture and sound passes into .%s',
    async (container) => {
      for (const from of ['mp4', 'mkv']) {
        const output = out(`bare-${from}.${container}`);
        const input = at(`loud.${from}`);
        await writeVideo({ binaries, input, output, ticks: every(1, 10), timeBase: { num: 1, den: 25 } });
        const { streamKinds, chapters } = await probe(output, binaries);
        expect([...streamKinds]).toEqual(['video', 'audio', 'audio']);
        expect(chapters).toBe(0);
        const bytes = await readFile(output, 'latin1');
        expect(SECRETS.filter((secret) => bytes.includes(secret))).toEqual([]);
        // No versions and settings of programs either.
        expect(/x264 - core|Lav[cf]\d|libvpx v/.exec(bytes)?.[0]).toBeUndefined();
      }
    },
  );

  test.each(['mp4', 'mov', 'mkv'])('--keep-metadata keeps the tags of the file in .%s', async (container) => {
    const output = out(`tags.${container}`);
    const options = { keepMetadata: true, audio: 'drop' as const };
    const video = { binaries, input: at('loud.mov'), output, ticks: every(1, 5), options };
    await writeVideo({ ...video, timeBase: { num: 1, den: 25 } });
    const { tags, streamKinds, chapters } = await probe(output, binaries);
    expect(tags).toMatchObject({ title: 'Secret title', comment: 'Secret comment: +52.5200' });
    expect(JSON.stringify(tags)).toContain('2021-03-04T05:06:07');
    expect(JSON.stringify(tags)).toContain('+52.5200+013.4050/');
    expect([streamKinds, chapters]).toEqual([['video'], 0]);
  });

  test('sound that is not wanted is left out', async () => {
    const output = out('quiet.mp4');
    const video = {
      binaries,
      input: at('loud.mov'),
      output,
      ticks: every(1, 5),
      timeBase: { num: 1, den: 25 },
    };
    const { notes } = await writeVideo({ ...video, options: { audio: 'drop' } });
    expect((await probe(output, binaries)).streamKinds).toEqual(['video']);
    expect(notes).toEqual([]);
  });

  test.each([
    ['h264', 'mp4', [66, 50]],
    ['h265', 'mp4', [66, 50]],
    ['vp9', 'webm', [65, 49]],
  ] as const)('an odd size in %s is padded only where it must be', async (codec, container, size) => {
    const output = out(`odd-${codec}.${container}`);
    const options = { video: { codec, crf: 4, preset: 'ultrafast' as const } };
    const video = { binaries, input: at('silent.mp4'), output, ticks: every(1, 3), options };
    const { notes } = await writeVideo({ ...video, width: 65, height: 49, timeBase: { num: 1, den: 25 } });
    const { width, height } = (await probe(output, binaries)).video!;
    expect([width, height]).toEqual(size);
    expect(notes.join()).toBe(
      codec === 'vp9' ? '' : `The picture is 66x50: ${codec} needs even sizes, so its edge is repeated.`,
    );
    const raw = `${output}.raw`;
    await capture(binaries.ffmpeg.path, [
      '-v',
      'error',
      '-i',
      output,
      '-frames:v',
      '1',
      '-f',
      'rawvideo',
      raw,
    ]);
    const luma = (await readFile(raw)).subarray(0, width * height);
    // The first grey frame is 40 everywhere, including the edge.
    expect(Math.max(...luma.map((value) => Math.abs(value - 40)))).toBeLessThan(4);
  });

  test('colours and the shape of pixels are passed on', async () => {
    const output = out('tagged.mp4');
    const video = {
      binaries,
      input: at('silent.mp4'),
      output,
      ticks: every(1, 3),
      timeBase: { num: 1, den: 25 },
    };
    await writeVideo({ ...video, sampleAspectRatio: { num: 4, den: 3 } });
    expect((await probe(output, binaries)).video).toMatchObject({
      sampleAspectRatio: { num: 4, den: 3 },
      pixelFormat: 'yuv420p',
      color: { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
    });
  });
});
