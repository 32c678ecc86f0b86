import { stat } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { COLUMNS, ORIGINS } from '../../src/documents/track-record.ts';
import { openSource } from '../../src/pipeline/file/open-source.ts';
import { renderFile } from '../../src/pipeline/file/render-file.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { loudestSample } from '../../src/ffmpeg/loudest-sample.ts';
import { carryVideo } from '../support/carried-video.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const builds = Object.values(await ffmpegBuilds());
const binaries = builds[0]!;
const at = temporaryFolder();

beforeAll(async () => {
  // Two tracks that are always loud; PCM packets last a good part of a second.
  const tones = ['997', '1499'].flatMap((pitch) => ['-f', 'lavfi', '-i', `sine=f=${pitch}:d=4:r=44100`]);
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=4'];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a:0', 'aac', '-c:a:1', 'pcm_s16le'];
  const maps = ['-map', '0', '-map', '1', '-map', '2'];
  const args = ['-v', 'error', '-y', ...picture, ...tones, ...maps, ...codecs, at('loud.mkv')];
  const { code, stderr } = await capture(binaries.ffmpeg.path, args);
  if (code !== 0) throw new Error(stderr);
});

/** Loudest sample of every track between two times of a file, decibels. */
async function loudest(path: string, from: number, to: number): Promise<number[]> {
  const { audio } = await probe(path, binaries);
  return Promise.all(
    audio.map(({ index }) =>
      loudestSample(binaries.ffmpeg.path, {
        ...{ path, index, input: [] },
        filters: [`atrim=start=${from}:end=${to}`],
      }),
    ),
  );
}

test.each(['mp4', 'mkv', 'webm'])(
  'nothing is heard of what is silenced in any track of an .%s',
  async (ending) => {
    const output = at(`muted.${ending}`);
    const notes = await carryVideo(at('loud.mkv'), output, {
      mute: [
        [0.5, 1],
        [2, 2.5],
      ],
    });
    expect(notes.join('\n')).toContain('All sound is silent at 0.5-1.0 s, 2.0-2.5 s.');
    for (const [from, to] of [
      [0.48, 1.02],
      [1.98, 2.52],
    ] as const) {
      for (const volume of await loudest(output, from, to)) expect(volume).toBeLessThan(-60);
    }
    for (const [from, to] of [
      [0.1, 0.4],
      [1.15, 1.9],
      [2.65, 3.8],
    ] as const) {
      for (const volume of await loudest(output, from, to)) expect(volume).toBeGreaterThan(-25);
    }
  },
);

test('times are those of the input where a part is cut out', async () => {
  const output = at('part.mp4');
  const notes = await carryVideo(at('loud.mkv'), output, {
    start: 1,
    end: 3,
    mute: [
      [2, 2.5],
      [3.5, 4],
    ],
  });
  for (const volume of await loudest(output, 1, 1.5)) expect(volume).toBeLessThan(-60);
  for (const volume of await loudest(output, 0.1, 0.9)) expect(volume).toBeGreaterThan(-25);
  expect(notes.join('\n')).toContain(
    'Of 3.5-4.0 s nothing is written: that lies outside of --start and --end.',
  );
});

test('what is to be silenced behind the end is refused, also where the file does not say how long it is', async () => {
  await capture(binaries.ffmpeg.path, [
    ...['-v', 'error', '-y', '-i', at('loud.mkv'), '-map', '0', '-c', 'copy', '-f', 'matroska'],
    ...['-live', '1', at('endless.mkv')],
  ]);
  for (const name of ['loud.mkv', 'endless.mkv']) {
    await expect(
      carryVideo(at(name), at('never.mp4'), {
        mute: [
          [1, 2],
          [90, 91],
        ],
      }),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/nothing to silence at 90\.0-91\.0 s: .* ends at 4\.0 s/) as string,
    });
  }
});

test('the note on voices says how to be rid of them', async () => {
  const notes = await carryVideo(at('loud.mkv'), at('voices.mp4'));
  expect(notes.join('\n')).toMatch(/voices identify people: --audio drop .* --mute/);
});

test('what a tracks file silences is silent in what is rendered of it', async () => {
  const [input, output] = [at('loud.mkv'), at('rendered.mp4')];
  const { size } = await stat(input);
  await using source = await openSource({ input, look: { interval: 1, sizes: [] }, start: 1, end: 3 });
  const { width, height, timeBase } = source.info;
  await renderFile({
    ...{ input, output },
    config: configSchema.parse({ anonymizer: 'cpu' }),
    tracks: {
      format: 'veil-tracks/2',
      input: {
        ...{ name: 'loud.mkv', bytes: size, width, height, frames: 20 },
        ...{ timeBase: `${timeBase.num}/${timeBase.den}`, start: 1, end: 3 },
      },
      ...{ detector: 'none', looks: 0, origins: ORIGINS, columns: COLUMNS, tracks: [] },
      mutes: [{ from: 1, to: 1.5 }],
    },
  });
  for (const volume of await loudest(output, 1, 1.5)) expect(volume).toBeLessThan(-60);
  for (const volume of await loudest(output, 0.1, 0.9)) expect(volume).toBeGreaterThan(-25);
});

test('sound whose packets state no duration is silenced, not left out', async () => {
  const sources = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=64x48:r=10:d=3',
    '-f',
    'lavfi',
    '-i',
    'sine=f=997:d=3:r=44100',
  ];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'alac'];
  await capture(binaries.ffmpeg.path, ['-v', 'error', '-y', ...sources, ...codecs, at('alac.mkv')]);
  const output = at('alac-muted.mkv');
  const notes = await carryVideo(at('alac.mkv'), output, { mute: [[1, 2]] });
  expect(notes.join('\n')).not.toContain('no sound');
  const [before, within, after] = await Promise.all(
    [
      [0.2, 0.8],
      [1, 2],
      [2.2, 2.8],
    ].map(([from, to]) => loudest(output, from!, to!)),
  );
  expect(before![0]).toBeGreaterThan(-30);
  expect(within![0]).toBeLessThan(-80);
  expect(after![0]).toBeGreaterThan(-30);
});
