import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConfigInput } from '../../../src/config/schema.ts';
import type { Binaries } from '../../../src/ffmpeg/binaries.ts';
import { probe } from '../../../src/ffmpeg/probe.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { encoderSupportOf } from '../../../src/sink/encoder-support.ts';
import { planFile, planInParts, type FilePlan } from '../../../src/sink/file/plan-file.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { notingLogger } from '../../support/live-output.ts';
import { standIn } from '../../support/stand-in.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo } from '../../support/video-source.ts';
import { packetTimes, sinkOptionsFor, writeVideo, type WrittenVideo } from '../../support/written-video.ts';

const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;
const at = temporaryFolder();
const timeBase = { num: 1, den: 1000 };
/** Variable frame rate. */
const TICKS = [0, 40, 95, 100, 300, 301, 420];
let folder = '';
let count = 0;

beforeAll(async () => {
  await makeVideo(found, at('in.mp4'), 'color=s=64x48:r=10:d=1', '-c:v', 'libx264');
});

beforeEach(async () => {
  count += 1;
  folder = at(`case ${count}`);
  await mkdir(folder);
  vi.stubEnv('VEIL_HOME', at(`home ${count}`));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function video(binaries: Binaries, options: ConfigInput['video'], more: Partial<WrittenVideo> = {}) {
  const output = join(folder, 'a.mp4');
  const base = { binaries, input: at('in.mp4'), output, ticks: TICKS, timeBase };
  return { ...base, options: { audio: 'drop', video: { hw: 'auto', ...options } }, ...more } as const;
}

async function planOf(binaries: Binaries, options: ConfigInput['video'] = {}): Promise<FilePlan> {
  return planFile(await sinkOptionsFor(video(binaries, options)));
}

/** Unit types of messages (SEI). */
const MESSAGES = { h264: [6], h265: [39, 40] };

/** Types of all units of a stream. */
async function unitsOf(path: string, codec: 'h264' | 'h265'): Promise<number[]> {
  const muxer = codec === 'h264' ? 'h264' : 'hevc';
  const stream = `${path}.${muxer}`;
  const copy = ['-c', 'copy', '-bsf:v', `${muxer}_mp4toannexb`, '-f', muxer, stream];
  const { code } = await capture(found.ffmpeg.path, ['-v', 'error', '-i', path, ...copy]);
  expect(code).toBe(0);
  const text = (await readFile(stream)).toString('latin1');
  return [...text.matchAll(/\0\0\x01([^])/g)].map(([, byte]) => {
    const first = byte!.charCodeAt(0);
    return codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
  });
}

/** The calls of a stand-in that encoded something. */
async function encodings({ ffmpeg }: Binaries): Promise<string[]> {
  const lines = (await readFile(`${ffmpeg.path}.calls`, 'utf8')).split('\n');
  return lines.filter((line) => line.includes('_nvenc'));
}

// The simulated encoders exist on Linux and Windows, and the stand-in is a shell script.
describe.skipIf(process.platform !== 'linux')('where an encoder works (played by the CPU; Linux)', () => {
  describe.each(Object.entries(builds))('with %s', (_, build) => {
    test.for([
      ['h264', 'h264_nvenc', 'libx264'],
      ['h265', 'hevc_nvenc', 'libx265'],
      ['av1', 'av1_nvenc', 'libaom-av1'],
    ] as const)(
      '%s has every frame at its time, and no message of an encoder',
      async ([codec, name, role], { skip }) => {
        const { encoders } = await encoderSupportOf(build.ffmpeg.path);
        if (!encoders.has(role)) skip(`this ffmpeg lacks ${role}`);
        const binaries = await standIn(build, { path: at(`ffmpeg ${count}`) });
        const options = video(binaries, { codec });
        const sink = await writeVideo(options);
        expect(sink.encoder).toBe(name);
        expect(sink.notes).toEqual([]);
        const times = await packetTimes(options.output, 'v:0', binaries);
        expect(times.slice(0, TICKS.length)).toEqual(TICKS.map((tick) => tick / 1000));
        expect((await probe(options.output, found)).video).toMatchObject({ width: 64, height: 48 });
        if (codec === 'av1') return;
        const units = await unitsOf(options.output, codec);
        expect(units.length).toBeGreaterThanOrEqual(TICKS.length);
        expect(units.filter((unit) => MESSAGES[codec].includes(unit))).toEqual([]);
      },
    );
  });

  test('10 bits go through where they come', async ({ skip }) => {
    const { tenBit } = await encoderSupportOf(found.ffmpeg.path);
    if (!tenBit.has('libx265')) skip('this ffmpeg writes 8 bits only');
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`) });
    const options = await sinkOptionsFor(video(binaries, { codec: 'h265' }));
    const plan = await planFile({ ...options, info: { ...options.info, format: 'yuv420p10' } });
    expect(plan.encoder).toBe('hevc_nvenc');
    expect((await encodings(binaries)).join()).toContain('-pix_fmt p010le');
  });

  test('it is remembered, for videos like this one, until the drivers change', async () => {
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`) });
    expect((await planOf(binaries)).encoder).toBe('h264_nvenc');
    expect(await encodings(binaries)).toHaveLength(1);
    expect((await planOf(binaries)).encoder).toBe('h264_nvenc');
    expect(await encodings(binaries)).toHaveLength(1);
    const larger = await sinkOptionsFor({ ...video(binaries, {}), width: 128 });
    await planFile(larger);
    expect(await encodings(binaries)).toHaveLength(2);
    vi.stubEnv('LIBVA_DRIVER_NAME', 'another');
    await planOf(binaries);
    expect(await encodings(binaries)).toHaveLength(3);
  });

  test('one that fails in the run fails the run with a hint, leaves nothing, and is tried again', async () => {
    const first =
      'case "$*" in *_nvenc*file:*) head -c 3000 > /dev/null; echo "[h264_nvenc @ 0x1] lost" >&2; exit 1; esac';
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`), first });
    await expect(writeVideo(video(binaries, {}))).rejects.toMatchObject({
      code: 'ENCODER_FAILED',
      hint: 'Nothing was left behind. It was encoded in hardware, by h264_nvenc: run it again with --hw off.',
    });
    expect(await readdir(folder)).toEqual([]);
    const before = (await encodings(binaries)).length;
    await planOf(binaries);
    expect(await encodings(binaries)).toHaveLength(before + 1);
  });

  test('one that loses frames fails the run in the same way', async () => {
    const first =
      'case "$*" in *_nvenc*file:*) head -c 15000 > "$0.part"; cat > /dev/null; exec < "$0.part"; esac';
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`), first });
    await expect(writeVideo(video(binaries, {}))).rejects.toMatchObject({
      hint: expect.stringContaining('--hw off') as unknown,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  const other = (frames: number): string =>
    `cat > /dev/null; exec "$FFMPEG" -v error -f lavfi -i color=s=64x48 -frames:v ${frames} -c:v libx264 -f nut pipe:1`;
  test.each([
    ['fails', 'echo "[h264_nvenc @ 0x1] No capable devices found." >&2; exit 1', 'No capable devices found.'],
    ['writes another picture', other(2), 'what it writes shows another picture.'],
    ['loses a frame', other(1), 'of 2 frames 1 came out.'],
    [
      'writes what nobody can read',
      'cat > /dev/null; echo nothing; exit 0',
      'what it writes cannot be decoded',
    ],
  ])('one that %s in the trial leaves the picture to the CPU, with a line', async (_, does, reason) => {
    const first = `case "$*" in *_nvenc*) ${does} ;; esac`;
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`), first });
    const { lines, ...logger } = notingLogger();
    const { encoder, notes } = await planFile({ ...(await sinkOptionsFor(video(binaries, {}))), logger });
    expect(encoder).toBe('libx264');
    expect(notes).toEqual([
      'The CPU encodes the picture, with libx264: no hardware encoder works for this video as h264; veil doctor says why.',
    ]);
    expect(lines.join()).toContain(`h264_nvenc can't be used: ${reason}`);
  });

  test('a video in parts is left to the CPU, with a line', async () => {
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`) });
    const options = await sinkOptionsFor(video(binaries, {}));
    const { encoder, notes } = await planInParts(options);
    expect(encoder).toBe('libx264');
    expect(notes.join()).toContain('in parts');
    expect(await encodings(binaries)).toEqual([]);
    const off = await planInParts({ ...options, encoding: { ...options.encoding, hw: 'off' } });
    expect(off.notes).toEqual([]);
  });

  test.each([
    ['vp9', 'a.webm', { codec: 'vp9' }, 'Veil knows no hardware encoder of vp9'],
    ['crf 0', 'a.mp4', { crf: 0 }, 'never lossless'],
  ] as const)('%s is left to the CPU, with a line', async (_, name, options, line) => {
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`) });
    const request = await sinkOptionsFor({ ...video(binaries, options), output: join(folder, name) });
    const { notes } = await planFile(request);
    expect(notes.join()).toContain(line);
    expect(await encodings(binaries)).toEqual([]);
  });

  test('HDR that says what it was mastered for is left to the CPU, with a line', async () => {
    const binaries = await standIn(found, { path: at(`ffmpeg ${count}`) });
    const options = await sinkOptionsFor(video(binaries, { codec: 'h265' }));
    const mastering = { display: null, light: { content: 1000, frame: 400 } };
    const { encoder, notes } = await planFile({ ...options, mastering });
    expect(encoder).toBe('libx265');
    expect(notes.join()).toContain('mastered for');
  });
});

test('nothing is tried where nobody asked', async () => {
  const binaries = await standIn(found, { path: at(`ffmpeg ${count}`) });
  const { encoder, notes } = await planOf(binaries, { hw: 'off' });
  expect([encoder, notes]).toEqual(['libx264', []]);
  expect(await encodings(binaries)).toEqual([]);
});

test('whatever this machine has, a file comes out', async () => {
  // With old builds of ffmpeg, .mp4 ends before the last of such frames.
  const options = video(found, {}, { output: join(folder, 'a.mkv') });
  const sink = await writeVideo(options);
  expect(sink.notes).toHaveLength(sink.encoder === 'libx264' ? 1 : 0);
  expect(await packetTimes(options.output, 'v:0', found)).toEqual(TICKS.map((tick) => tick / 1000));
});
