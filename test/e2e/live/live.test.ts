import { mkdir, readFile } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture, startFfmpeg, type FfmpegProcess } from '../../../src/ffmpeg/process.ts';
import type { LiveRun } from '../../../src/pipeline/live/live-run.ts';
import { openLive } from '../../../src/pipeline/live/open-live.ts';
import type { OpenLiveOptions } from '../../../src/pipeline/live/open-live-options.ts';
import { parsePublishTarget } from '../../../src/sink/live/publish-target.ts';
import { parseLiveInput } from '../../../src/source/live/live-input.ts';
import { freePort } from '../../support/free-port.ts';
import { notingLogger } from '../../support/live-output.ts';
import { toneStart } from '../../support/loud-original.ts';
import { contrastOf, lumaOf } from '../../support/luma-of.ts';
import { servedFolder } from '../../support/served-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { packetTimes } from '../../support/written-video.ts';

const at = temporaryFolder();
const binaries = await findBinaries();
const SIZE = { width: 320, height: 180 };
const { stdout: protocols } = await capture(binaries.ffmpeg.path, ['-hide_banner', '-protocols']);

const CONFIG = configSchema.parse({
  anonymizer: 'cpu',
  look: { interval: 1, sizes: [160] },
  video: { preset: 'ultrafast' },
});

const started: FfmpegProcess[] = [];
let running: LiveRun | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
  await Promise.all(started.splice(0).map((each) => each.stop()));
});

async function open(source: string, detector: string, options: Partial<OpenLiveOptions> = {}) {
  const logger = notingLogger();
  const { wanted = { ...SIZE, rate: 25 } } = options;
  running = await openLive({
    input: parseLiveInput(source, !source.includes(':'), 'linux'),
    wanted,
    config: { ...CONFIG, detector },
    // Test machines are slow and busy.
    delay: 400,
    startsCovered: false,
    microphone: null,
    record: null,
    publish: [],
    virtualCamera: null,
    openPreview: null,
    logger,
    signal: new AbortController().signal,
    detectorProgram: new URL('../../support/detector-programs/scripted.ts', import.meta.url),
    ...options,
  });
  return { run: running, logger };
}

/** Starts a peer. */
function peer(args: readonly string[]): FfmpegProcess {
  const process = startFfmpeg(binaries.ffmpeg.path, ['-v', 'error', ...args]);
  started.push(process);
  return process;
}

const SENT = [
  ...['-re', '-f', 'lavfi', '-i', `testsrc2=s=${SIZE.width}x${SIZE.height}:r=25`],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '12', '-pix_fmt', 'yuv420p'],
];

/** Peers of each protocol, at a port or in a folder: senders that the run watches, receivers to which it publishes. */
const SENDERS = {
  udp: (port: number) => [
    ['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`],
    `udp://127.0.0.1:${port}`,
  ],
  srt: (port: number) => [
    ['-f', 'mpegts', `srt://127.0.0.1:${port}?mode=caller`],
    `srt://127.0.0.1:${port}?mode=listener`,
  ],
  rtmp: (port: number) => [
    ['-f', 'flv', '-listen', '1', `rtmp://127.0.0.1:${port}/live/key`],
    `rtmp://127.0.0.1:${port}/live/key`,
  ],
  http: (port: number) => [
    ['-f', 'mpegts', '-listen', '1', `http://127.0.0.1:${port}/live.ts`],
    `http://127.0.0.1:${port}/live.ts`,
  ],
} satisfies Record<string, (port: number) => [string[], string]>;
const RECEIVERS = {
  udp: (port: number) => [['-i', `udp://127.0.0.1:${port}`], `udp://127.0.0.1:${port}`],
  srt: (port: number) => [['-i', `srt://127.0.0.1:${port}?mode=listener`], `srt://127.0.0.1:${port}`],
  rtmp: (port: number) => [
    // Otherwise it looks for audio for a minute and a half.
    ['-analyzeduration', '1000000', '-listen', '1', '-i', `rtmp://127.0.0.1:${port}/live/key`],
    `rtmp://127.0.0.1:${port}/live/key`,
  ],
  rtsp: (port: number) => [
    ['-rtsp_flags', 'listen', '-i', `rtsp://127.0.0.1:${port}/live`],
    `rtsp://127.0.0.1:${port}/live`,
  ],
} satisfies Record<string, (port: number) => [string[], string]>;

/** Resolves when the run fulfils a condition. */
async function until(
  run: LiveRun,
  condition: (status: ReturnType<LiveRun['status']>) => boolean,
): Promise<void> {
  while (!condition(run.status())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** The centre of a picture, with the scripted face, and its top left corner, without one. */
function parts(luma: Uint8Array): { readonly face: Uint8Array; readonly corner: Uint8Array } {
  const cut = (x: number, y: number, width: number, height: number): Uint8Array =>
    Buffer.concat(
      Array.from({ length: height }, (_, row) =>
        luma.subarray((y + row) * SIZE.width + x, (y + row) * SIZE.width + x + width),
      ),
    );
  return { face: cut(130, 70, 60, 40), corner: cut(0, 0, 30, 60) };
}

/** Number of frames with a visible picture around the face; fails if the face itself is visible in any. */
async function shownIn(path: string): Promise<number> {
  const [original] = await lumaOf(at('sent.png'), SIZE, binaries);
  const sharp = contrastOf(parts(original!).face);
  const frames = await lumaOf(path, SIZE, binaries);
  for (const frame of frames) expect(contrastOf(parts(frame).face)).toBeLessThan(sharp / 2);
  return frames.filter((frame) => contrastOf(parts(frame).corner) > 10).length;
}

beforeAll(async () => {
  const args = ['-v', 'error', ...SENT.slice(1, 5), '-frames:v', '1', at('sent.png')];
  const made = await capture(binaries.ffmpeg.path, args);
  if (made.code !== 0) throw new Error(made.stderr);
});

describe('on the network', () => {
  test.each([
    ['udp', 'udp'],
    ['srt', 'srt'],
    ['rtmp', 'rtmp'],
    ['http', 'rtsp'],
  ] as const)(
    'a stream over %s is covered, and recorded, streamed over %s and served at once',
    async (from, to) => {
      for (const protocol of [from, to]) {
        // RTSP is a format.
        if (protocol !== 'rtsp' && !protocols.includes(`  ${protocol}\n`)) return;
      }
      const [sending, source] = SENDERS[from](await freePort());
      const [receiving, target] = RECEIVERS[to](await freePort());
      const received = at(`${from}-received.mkv`);
      const receiver = peer([...receiving, '-map', '0:v', '-c', 'copy', '-frames:v', '150', '-y', received]);
      peer([...SENT, ...sending]);
      const folder = at(`${from}-hls`);
      const record = at(`${from}.mp4`);
      const { run } = await open(source, 'face', {
        record: { path: record, segment: null },
        publish: [parsePublishTarget(target), parsePublishTarget(folder)],
      });
      // On a busy machine most frames are covered as a whole at first.
      await until(run, ({ frames, curtained }) => frames - curtained > 100);
      expect((await receiver.exited).code).toBe(0);
      await run.close();
      expect(run.status().tracks).toBeGreaterThan(0);
      expect(await readFile(`${folder}/index.m3u8`, 'utf8')).toContain('.ts');
      for (const path of [record, received, `${folder}/index.m3u8`]) {
        expect([path, (await shownIn(path)) > 10]).toEqual([path, true]);
      }
    },
  );

  test('a playlist that grows is watched at its own speed, without losing what comes in one piece', async () => {
    const folder = at('playlist');
    await mkdir(folder);
    const list = `${folder}/live.m3u8`;
    peer([
      ...SENT,
      ...['-f', 'hls', '-hls_time', '1', '-hls_list_size', '5', '-hls_flags', 'delete_segments', list],
    ]);
    await using server = await servedFolder(folder);
    await server.hasServable('live.m3u8', /2\.ts/);
    const path = at('playlist.mp4');
    const { run } = await open(`${server.url}/live.m3u8`, 'face', { record: { path, segment: null } });
    await until(run, ({ frames }) => frames > 100);
    await run.close();
    const { frames, dropped, sourceLosses } = run.summary();
    expect({ dropped, sourceLosses }).toEqual({ dropped: 0, sourceLosses: 0 });
    expect(await shownIn(path)).toBeGreaterThan(frames / 2);
  });
});

test.each(['throws', 'slow', 'dies', 'hangs'])(
  'nothing of the picture is shown with a detector in trouble (%s)',
  async (detector) => {
    const path = at(`${detector}.mp4`);
    const { run, logger } = await open('test:', detector, { delay: 150, record: { path, segment: null } });
    await until(run, ({ frames }) => frames >= 40);
    const { state, frames, curtained } = run.status();
    expect(curtained).toBe(frames);
    expect(state).not.toBe('live');
    await run.close();
    expect(logger.lines.join('\n')).toContain('The picture is covered.');
    const recorded = await lumaOf(path, SIZE, binaries);
    expect(recorded.length).toBeGreaterThanOrEqual(40);
    for (const frame of recorded) expect(contrastOf(frame)).toBeLessThan(2);
  },
);

test('a file is recorded in real time, to its end, with its duration', async () => {
  const clip = at('clip.mp4');
  const made = await capture(binaries.ffmpeg.path, [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=27.3:d=3', '-pix_fmt', 'yuv420p', clip],
  ]);
  expect(made.stderr).toBe('');
  const path = at('played.mp4');
  const { run } = await open(clip, 'face', { record: { path, segment: null } });
  await run.finished;
  await run.close();
  const times = await packetTimes(path, 'v:0', binaries);
  // All frames except the few that were due before detection had started.
  expect(times.length).toBeGreaterThanOrEqual(78);
  expect(Math.abs(times.at(-1)! - times[0]! - (times.length - 1) / 27.3)).toBeLessThan(0.2);
});

test('sound is recorded with the picture, in sync', async () => {
  const clip = at('flash.mp4');
  const [picture, sound] = ["color=black:s=320x180:r=25:d=4,drawbox=t=fill:c=white:enable='gte(t,2)'", 2];
  const made = await capture(binaries.ffmpeg.path, [
    ...['-v', 'error', '-f', 'lavfi', '-i', picture],
    ...['-f', 'lavfi', '-i', `aevalsrc='if(gte(t,${sound}),0.5*sin(2*PI*997*t),0)':d=4:s=44100`],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', clip],
  ]);
  expect(made.stderr).toBe('');
  const path = at('flash.mkv');
  const { run } = await open(clip, 'face', { record: { path, segment: null } });
  await run.finished;
  await run.close();
  const times = await packetTimes(path, 'v:0', binaries);
  const lumas = await lumaOf(path, SIZE, binaries);
  const flash = times[lumas.findIndex((luma) => luma[0]! > 128)]!;
  expect(Math.abs((await toneStart(path, 0, binaries)) - flash)).toBeLessThan(0.06);
});

test('the sound of a microphone takes the place of that of the source', async () => {
  const path = at('spoken.mkv');
  const { run } = await open('test:', 'face', {
    microphone: { kind: 'test' },
    record: { path, segment: null },
  });
  await until(run, ({ frames }) => frames > 60);
  await run.close();
  const [pictures, sounds] = [
    await packetTimes(path, 'v:0', binaries),
    await packetTimes(path, 'a:0', binaries),
  ];
  expect(Math.abs(sounds.at(-1)! - pictures.at(-1)!)).toBeLessThan(0.2);
  const decoder = startFfmpeg(
    binaries.ffmpeg.path,
    ['-v', 'error', '-i', path, '-map', '0:a:0', '-ac', '1', '-ar', '8000', '-f', 's16le', '-'],
    { outputs: 1 },
  );
  const bytes = Buffer.concat((await decoder.outputs[0]!.toArray()) as Buffer[]);
  // A second from the middle: the test tone of microphones, not that of the test picture.
  const middle = 2 * Math.floor(bytes.length / 4);
  const samples = Array.from({ length: 8000 }, (_, index) => bytes.readInt16LE(middle - 8000 + 2 * index));
  const crossings = samples.slice(1).filter((sample, index) => sample >= 0 !== samples[index]! >= 0).length;
  expect(Math.abs(crossings / 2 - 440)).toBeLessThan(10);
});

test('a source without sound gives a recording without sound, and so does one whose sound is not wanted', async () => {
  const path = at('silent.mp4');
  const { run } = await open('test:', 'face', {
    record: { path, segment: null },
    config: { ...CONFIG, detector: 'face', audio: 'drop' },
  });
  await until(run, ({ frames }) => frames > 20);
  await run.close();
  expect(await packetTimes(path, 'a:0', binaries)).toEqual([]);
});
