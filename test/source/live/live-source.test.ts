import { describe, expect, test } from 'vitest';
import { capture, startFfmpeg } from '../../../src/ffmpeg/process.ts';
import { silentLogger } from '../../../src/logger.ts';
import { liveInputArgs } from '../../../src/source/live/input-args.ts';
import { parseLiveInput } from '../../../src/source/live/live-input.ts';
import type { LiveSource } from '../../../src/source/live/live-source.ts';
import { openLiveSource } from '../../../src/source/live/open-live-source.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { freePort } from '../../support/free-port.ts';
import { childrenWith } from '../../support/live-output.ts';
import { NotingListener } from '../../support/live-listener.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo } from '../../support/video-source.ts';
import type { Binaries } from '../../../src/ffmpeg/binaries.ts';

const at = temporaryFolder();
const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;

function open(text: string, binaries: Binaries = found, signal?: AbortSignal): Promise<LiveSource> {
  const input = parseLiveInput(text, !text.includes(':'), 'linux');
  return openLiveSource({
    input,
    args: liveInputArgs(input, { width: 320, height: 180, rate: 25 }, null, { initialBurst: false }),
    binaries,
    looks: [160, 96],
    lookPace: { frames: 1 },
    sound: true,
    logger: silentLogger,
    signal,
  });
}

describe.each(Object.entries(builds))('with %s', (_, binaries) => {
  test('the test picture comes at its rate, in true time, with pictures of every frame', async () => {
    await using source = await open('test:', binaries);
    expect(source.info).toMatchObject({ width: 320, height: 180 });
    expect(source.info.frameRate.num / source.info.frameRate.den).toBeCloseTo(25, 0);
    const noted = new NotingListener();
    source.start(noted);
    await noted.until(({ frames, looks }) => frames.length >= 26 && looks.length >= 10);
    const { frames, looks } = noted;
    expect(frames.map(({ isFirst }) => isFirst).indexOf(true, 1)).toBe(-1);
    expect(frames[0]!.isFirst).toBe(true);
    expect(frames.map(({ frame }) => frame.index)).toEqual(frames.map((_frame, index) => index));
    expect(frames[25]!.frame.time - frames[0]!.frame.time).toBeCloseTo(1, 1);
    expect(frames[25]!.capturedAt - frames[0]!.capturedAt).toBeCloseTo(1000, -2);
    expect(looks[0]!.pictures.map(({ width, height }) => [width, height])).toEqual([
      [160, 90],
      [96, 54],
    ]);
    expect(noted.looksBeforeTheirFrame).toBe(0);
    for (const [position, look] of looks.slice(1).entries()) {
      expect(look.index - looks[position]!.index).toBe(1);
    }
  });
});

test('a source whose clock is set back goes on in true time, and no picture passes for that of another frame', async () => {
  // The brightness identifies the frame. The clock jumps at the 60th.
  const clip = [
    "color=s=64x48:r=25,geq=lum='16+5*mod(N,40)':cb=128:cr=128,format=yuv420p",
    "settb=1/1000000,realtime,setpts='PTS-if(gte(N,60),1.7/TB,0)'[out0];sine=sample_rate=48000",
    "arealtime,asetpts='PTS-if(gte(T,2.4),1.7/TB,0)'[out1]",
  ].join(',');
  await using source = await openLiveSource({
    input: { kind: 'test' },
    args: ['-f', 'lavfi', '-i', clip],
    ...{ binaries: found, looks: [32], lookPace: { frames: 2 }, sound: true, logger: silentLogger },
  });
  const noted = new NotingListener();
  source.start(noted);
  await noted.until(({ frames }) => frames.length >= 80);
  const { frames, looks } = noted;
  const lumas = new Map(frames.map(({ frame }) => [frame.index, frame.data[0]!]));
  const whole = (luma: number): number => Math.round((luma - 16) / 5);
  for (const { index, pictures } of looks) {
    const seen = 16 + (pictures[0]!.data[0]! * 219) / 255;
    expect([index, whole(seen)]).toEqual([index, whole(lumas.get(index)!)]);
  }
  expect(looks.length).toBeGreaterThan(35);
  const [first, last] = [frames[0]!, frames.at(-1)!];
  expect((last.capturedAt - first.capturedAt) / 1000 / ((frames.length - 1) * 0.04)).toBeCloseTo(1, 1);
  const heardFor = noted.sounds.at(-1)!.capturedAt - noted.sounds[0]!.capturedAt;
  expect(Math.abs(heardFor - (last.capturedAt - first.capturedAt))).toBeLessThan(300);
});

test('a file is played once, at its own speed, and ends', async () => {
  const path = await makeVideo(found, at('short.mp4'), 'testsrc=s=64x48:r=25:d=1.6');
  await using source = await open(path);
  const noted = new NotingListener();
  // It was played to its end without a listener.
  await expect.poll(() => childrenWith('short.mp4')).toEqual([]);
  source.start(noted);
  await noted.until(({ hasEnded }) => hasEnded);
  const times = noted.frames.map(({ frame }) => frame.time);
  expect(times).toHaveLength(40);
  expect(Math.abs(times.at(-1)! - times[0]! - 39 * 0.04)).toBeLessThan(0.2);
  expect(noted.losses).toEqual([]);
});

test('a source that breaks is told of, opened again, and goes on in true time', async () => {
  await using source = await open('test:');
  const noted = new NotingListener();
  source.start(noted);
  await noted.until(({ frames }) => frames.length >= 5);
  await source.reopen('the test pulled the cable');
  const before = noted.frames.length;
  await noted.until(({ frames }) => frames.length >= before + 5);
  expect(noted.losses).toEqual(['the test pulled the cable']);
  const [last, first] = [noted.frames[before - 1]!, noted.frames[before]!];
  expect(first.isFirst).toBe(true);
  expect(first.frame.index).toBe(last.frame.index + 1);
  const passed = first.capturedAt - last.capturedAt;
  expect(passed).toBeGreaterThan(400);
  expect((first.frame.time - last.frame.time) * 1000).toBeCloseTo(passed, 0);
});

test('a stream that comes back in another size is fitted into the first', async () => {
  const port = await freePort();
  const send = (size: string) =>
    startFfmpeg(found.ffmpeg.path, [
      ...['-v', 'error', '-re', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-tune',
        'zerolatency',
        '-g',
        '10',
        '-pix_fmt',
        'yuv420p',
      ],
      ...['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`],
    ]);
  let sender = send('320x240');
  try {
    await using source = await open(`udp://127.0.0.1:${port}`);
    expect(source.info).toMatchObject({ width: 320, height: 240 });
    const noted = new NotingListener();
    source.start(noted);
    await noted.until(({ frames }) => frames.length >= 5);
    await sender.stop();
    sender = send('640x360');
    await source.reopen('another sender');
    const before = noted.frames.length;
    await noted.until(({ frames }) => frames.length >= before + 5);
    expect(noted.frames.at(-1)!.frame).toMatchObject({ width: 320, height: 240 });
  } finally {
    await sender.stop();
  }
});

/** Red in the numbers of BT.601 and BT.709, limited range. */
const RED_601 = [81, 90, 240];
const RED_709 = [63, 102, 240];

describe.each(Object.entries(builds))('colours with %s', (name, binaries) => {
  test.each([
    [
      'JPEG, full range',
      'jpeg.avi',
      ['-pix_fmt', 'yuvj422p', '-c:v', 'mjpeg', '-q:v', '2'],
      'bt470bg',
      RED_601,
    ],
    ['RGB', 'rgb.nut', ['-pix_fmt', 'bgr0', '-c:v', 'rawvideo'], 'smpte170m', RED_601],
    [
      'H.264 that says BT.709',
      'bt709.mp4',
      [
        ...['-vf', 'scale=out_color_matrix=bt709,format=yuv420p', '-c:v', 'libx264'],
        ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      ],
      'bt709',
      RED_709,
    ],
    ['what does not say', 'unknown.nut', ['-pix_fmt', 'yuv420p', '-c:v', 'rawvideo'], null, RED_601],
  ])('of %s stay what they are', async (_, file, args, space, [y, u, v]) => {
    const path = at(`${name}-${file}`);
    const red = ['-f', 'lavfi', '-i', 'color=red:s=64x48:r=25:d=1,format=rgb24'];
    const { stderr } = await capture(found.ffmpeg.path, ['-v', 'error', ...red, ...args, '-y', path]);
    expect(stderr).toBe('');
    await using source = await open(path, binaries);
    expect(source.info.color).toMatchObject({ range: 'tv', space });
    const noted = new NotingListener();
    source.start(noted);
    await noted.until(({ frames }) => frames.length > 0);
    const { data } = noted.frames[0]!.frame;
    const seen = [data[0], data[64 * 48], data[64 * 48 * 1.25]].map(Number);
    for (const [index, wanted] of [y!, u!, v!].entries())
      expect(Math.abs(seen[index]! - wanted)).toBeLessThan(7);
  });

  test('of HDR become SDR', async () => {
    const path = at(`${name}-hdr.mp4`);
    const { stderr } = await capture(found.ffmpeg.path, [
      ...[
        '-v',
        'error',
        '-f',
        'lavfi',
        '-i',
        'color=white:s=64x48:r=25:d=1,format=yuv420p10le,geq=lum=573:cb=512:cr=512',
        '-pix_fmt',
        'yuv420p10le',
        '-c:v',
        'libx264',
      ],
      ...['-colorspace', 'bt2020nc', '-color_primaries', 'bt2020', '-color_trc', 'smpte2084', path],
    ]);
    expect(stderr).toBe('');
    await using source = await open(path, binaries);
    expect(source.info.color).toMatchObject({ range: 'tv', transfer: 'bt709' });
    const noted = new NotingListener();
    source.start(noted);
    await noted.until(({ frames }) => frames.length > 0);
    // White of 203 nits, not as dark as PQ that is treated as SDR.
    expect(Math.abs(noted.frames[0]!.frame.data[0]! - 182)).toBeLessThan(6);
  });
});

test('a camera that is not there is an error', async () => {
  await expect(open('/dev/shm/no-such-file')).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});

test('why a stream can not be opened is told without its password and path', async () => {
  const lines: string[] = [];
  const note = (line: string): void => {
    lines.push(line);
  };
  const input = parseLiveInput(`rtsp://me:word@127.0.0.1:${await freePort()}/key`, false, 'linux');
  const controller = new AbortController();
  const opening = openLiveSource({
    input,
    args: liveInputArgs(input, { width: 320, height: 180, rate: 25 }, null, { initialBurst: false }),
    binaries: found,
    looks: [160],
    lookPace: { frames: 1 },
    sound: true,
    logger: {
      debug: note,
      info: note,
      warn: (line) => {
        note(line);
        controller.abort();
      },
    },
    signal: controller.signal,
  });
  await expect(opening).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(lines.join('\n')).toMatch(/is lost \(.+\)/);
  expect(lines.join('\n')).not.toMatch(/word|key/);
});

test('waiting for a stream that never comes can be stopped', async () => {
  const controller = new AbortController();
  const opening = open(`udp://127.0.0.1:${await freePort()}`, found, controller.signal);
  controller.abort();
  await expect(opening).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
