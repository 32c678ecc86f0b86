import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { capture, startFfmpeg } from '../../../src/ffmpeg/process.ts';
import { silentLogger } from '../../../src/logger.ts';
import { FfmpegOutput } from '../../../src/sink/live/ffmpeg-output.ts';
import { openPublish } from '../../../src/sink/live/open-publish.ts';
import { parsePublishTarget } from '../../../src/sink/live/publish-target.ts';
import { Recording, type RecordingOptions } from '../../../src/sink/live/recording.ts';
import { VirtualCamera } from '../../../src/sink/live/virtual-camera.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import {
  childrenWith,
  LIVE_VIDEO,
  liveEncoding,
  liveFrame,
  namesIn,
  notingLogger,
} from '../../support/live-output.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { packetTimes } from '../../support/written-video.ts';

const at = temporaryFolder();
const builds = await ffmpegBuilds();
const binaries = Object.values(builds)[0]!;

async function openRecording(path: string, options: Partial<RecordingOptions> = {}): Promise<Recording> {
  const used = options.binaries ?? binaries;
  return Recording.open({
    path,
    overwrite: false,
    segment: null,
    input: 'test:',
    encoding: options.encoding ?? (await liveEncoding(used)),
    video: LIVE_VIDEO,
    frameRate: 25,
    binaries: used,
    logger: silentLogger,
    ...options,
  });
}

/** Lets processes go on between two frames, as time does in a live run. */
function aMoment(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Writes frames, one after another, until something has happened. */
async function writeUntil(
  output: { write: Recording['write'] },
  hasHappened: () => boolean | Promise<boolean>,
  firstIndex = 0,
): Promise<void> {
  for (let index = firstIndex; !(await hasHappened()); index += 1) {
    output.write(liveFrame(index, index / 25));
    await aMoment(10);
  }
}

/** Writes frames at these times as fast as they are taken. */
async function writeAll(output: { write: Recording['write'] }, times: readonly number[]): Promise<void> {
  for (const [index, time] of times.entries()) {
    output.write(liveFrame(index, time));
    if (index % 10 === 9) await aMoment(1);
  }
}

/** 27.3 frames a second, with a stall of a second. */
const UNEVEN = Array.from({ length: 60 }, (_, index) => index / 27.3 + (index < 30 ? 0 : 1));

describe.each(Object.entries(builds))('with %s', (_, each) => {
  test.each(['mp4', 'mkv'])('a recording as .%s has every frame at its time', async (ending) => {
    const path = at(`${each.ffmpeg.version}.${ending}`);
    const recording = await openRecording(path, { binaries: each });
    await writeAll(recording, UNEVEN);
    await recording.close();
    expect(recording.dropped).toBe(0);
    const times = await packetTimes(path, 'v:0', binaries);
    expect(times).toHaveLength(UNEVEN.length);
    for (const [index, time] of times.entries())
      expect(Math.abs(time - times[0]! - UNEVEN[index]!)).toBeLessThan(0.002);
  });

  test.each([
    ['mp4', 'h264'],
    ['mkv', 'h264'],
    ['mp4', 'h265'],
  ] as const)(
    'a recording as .%s (%s) begins at 0, however far apart its first frames are',
    async (ending, codec) => {
      const path = at(`begins-${codec}-${each.ffmpeg.version}.${ending}`);
      // The presets that reorder frames: a player would be given room for that in front of the first.
      const encoding = await liveEncoding(each, { codec, preset: 'superfast' });
      const recording = await openRecording(path, { binaries: each, encoding });
      const late = [0, 0.47, 0.9, ...Array.from({ length: 20 }, (_frame, index) => 1 + index / 25)];
      await writeAll(recording, late);
      await recording.close();
      const times = await packetTimes(path, 'v:0', binaries);
      expect(times).toHaveLength(late.length);
      for (const [index, time] of times.entries()) expect(Math.abs(time - late[index]!)).toBeLessThan(0.002);
    },
  );

  test('a folder for HLS gets a list that plays', async () => {
    const folder = at(`hls-${each.ffmpeg.version}`);
    const encoding = await liveEncoding(each);
    const output = await openPublish(parsePublishTarget(folder), encoding, {
      ffmpeg: each.ffmpeg.path,
      video: LIVE_VIDEO,
      // Room for all of them: they come faster than in life.
      frameRate: 400,
      logger: silentLogger,
    });
    await writeAll(
      output,
      Array.from({ length: 150 }, (_frame, index) => index / 25),
    );
    await output.close();
    const list = await readFile(`${folder}/index.m3u8`, 'utf8');
    expect(list.match(/\.ts$/gm)!.length).toBeGreaterThanOrEqual(3);
    const args = ['-v', 'error', '-i', `${folder}/index.m3u8`, '-map', '0:v', '-f', 'framecrc', '-'];
    const { stdout } = await capture(each.ffmpeg.path, args);
    expect(stdout.match(/^0,/gm)).toHaveLength(150 - output.dropped);
  });
});

test('a recording whose encoder is killed plays up to its last seconds, and goes on in another file', async () => {
  const path = at('killed.mp4');
  const recording = await openRecording(path);
  const times = Array.from({ length: 100 }, (_, index) => index / 25);
  await writeAll(recording, times);
  // Three whole seconds are in the file when its fourth key frame is.
  await expect
    .poll(async () =>
      (await readFile(path)).length < 2000 ? 0 : (await packetTimes(path, 'v:0', binaries)).length,
    )
    .toBeGreaterThanOrEqual(50);
  const [pid] = await childrenWith('killed.mp4');
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => childrenWith('killed.mp4')).toEqual([]);
  expect((await packetTimes(path, 'v:0', binaries)).length).toBeGreaterThanOrEqual(50);
  await writeUntil(recording, async () => (await namesIn(at())).includes('killed-002.mp4'), 100);
  recording.write(liveFrame(1000, 40));
  await recording.close();
  expect(recording.dropped).toBeGreaterThan(0);
  expect(recording.failures).toBe(1);
  expect(recording.files).toEqual([path, at('killed-002.mp4')]);
  expect((await packetTimes(at('killed-002.mp4'), 'v:0', binaries)).length).toBeGreaterThan(0);
});

test('a recording is split where that is asked for, without losing a frame', async () => {
  await mkdir(at('split'));
  await writeFile(at('split', 'film-002.mp4'), 'somebody else’s');
  const recording = await openRecording(at('split', 'film.mp4'), { segment: 2 });
  await writeAll(
    recording,
    Array.from({ length: 125 }, (_, index) => index / 25),
  );
  await recording.close();
  expect(await namesIn(at('split'))).toEqual(['film-002.mp4', 'film-003.mp4', 'film-004.mp4', 'film.mp4']);
  expect(await readFile(at('split', 'film-002.mp4'), 'utf8')).toBe('somebody else’s');
  const counts = await Promise.all(
    ['film', 'film-003', 'film-004'].map((name) => packetTimes(at('split', `${name}.mp4`), 'v:0', binaries)),
  );
  expect(counts.map(({ length }) => length)).toEqual([50, 50, 25]);
});

test('a recorder that fails again and again before it has written anything leaves one empty file, not many', async () => {
  await mkdir(at('full'));
  const { ffmpeg } = binaries;
  const recording = await openRecording(at('full', 'film.mp4'), {
    encoding: await liveEncoding(binaries),
    // Knows none of these arguments, and ends at once.
    binaries: { ...binaries, ffmpeg: { ...ffmpeg, path: process.execPath } },
  });
  await writeUntil(recording, () => recording.failures >= 3);
  await recording.close();
  expect(await namesIn(at('full'))).toEqual(['film.mp4']);
  expect(recording.files).toEqual([at('full', 'film.mp4')]);
});

test('a recording that is stopped and started again makes two files', async () => {
  await mkdir(at('twice'));
  const recording = await openRecording(at('twice', 'film.mp4'));
  await writeAll(recording, [0, 0.04, 0.08]);
  await recording.record(false);
  await writeAll(recording, [0.12, 0.16]);
  await recording.record(true);
  await writeAll(recording, [0.2, 0.24]);
  await recording.close();
  expect(await packetTimes(at('twice', 'film.mp4'), 'v:0', binaries)).toHaveLength(3);
  expect(await packetTimes(at('twice', 'film-002.mp4'), 'v:0', binaries)).toHaveLength(2);
});

test('a file that exists is not recorded over unless that is asked for', async () => {
  await writeFile(at('there.mp4'), 'precious');
  await expect(openRecording(at('there.mp4'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  await expect(openRecording(at('there.txt'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(openRecording(at('there.mp4'), { overwrite: true })).rejects.toMatchObject({
    code: 'OUTPUT_EXISTS',
  });
  await writeFile(at('there.mp4'), '');
  const recording = await openRecording(at('there.mp4'), { overwrite: true });
  await writeAll(recording, [0, 0.04]);
  await recording.close();
  expect(await packetTimes(at('there.mp4'), 'v:0', binaries)).toHaveLength(2);
});

test('an encoder that does not read loses frames, which are counted, and is closed in time', async () => {
  const logger = notingLogger();
  // Reads the header, then nothing more than pipes hold.
  const output = new FfmpegOutput({
    name: 'stuck',
    ffmpeg: process.execPath,
    args: () => ['-e', 'setInterval(() => {}, 1000)'],
    video: LIVE_VIDEO,
    hasSound: false,
    queue: 10,
    logger,
  });
  for (let index = 0; index < 200; index += 1) output.write(liveFrame(index, index / 25));
  expect(output.dropped).toBeGreaterThan(100);
  expect(logger.lines.filter((line) => line.includes('too slow'))).toHaveLength(1);
  // It would hang here for ever: it is killed after two seconds.
  await output.close();
  expect(await childrenWith('setInterval(() => {}, 1000)')).toEqual([]);
});

test('an output that can not start drops its frames and does not try at each of them', async () => {
  const logger = notingLogger();
  let starts = 0;
  const output = new FfmpegOutput({
    name: 'nowhere',
    ffmpeg: process.execPath,
    args: () => {
      starts += 1;
      return ['-e', 'process.exit(1)'];
    },
    video: LIVE_VIDEO,
    hasSound: false,
    queue: 10,
    logger,
  });
  await writeUntil(output, () => logger.lines.length > 0);
  for (let index = 0; index < 20; index += 1) output.write(liveFrame(index, 100 + index / 25));
  expect(starts).toBe(1);
  expect(output.dropped).toBeGreaterThanOrEqual(20);
  await output.close();
});

test('why a stream could not be published is told without its password and key', async () => {
  const logger = notingLogger();
  const output = await openPublish(
    parsePublishTarget(`rtmp://me:word@127.0.0.1:${await freePort()}/app/key`),
    await liveEncoding(binaries),
    { ffmpeg: binaries.ffmpeg.path, video: LIVE_VIDEO, frameRate: 25, logger },
  );
  await writeUntil(output, () => logger.lines.length > 0);
  await output.close();
  expect(logger.lines[0]).toMatch(/^rtmp:\/\/127\.0\.0\.1:\d+ failed: /);
  expect(logger.lines.join('\n')).not.toMatch(/word|key/);
});

test('a virtual camera shows a blank picture first and last', async () => {
  const path = at('camera.nut');
  const times = [0, 100];
  const camera = new VirtualCamera(
    {
      name: '/dev/video7',
      ffmpeg: binaries.ffmpeg.path,
      // There is no such device here: what would go to it goes to a file.
      args: () => ['-v', 'error', '-f', 'nut', '-i', 'pipe:0', '-vsync', '0', '-c:v', 'rawvideo', '-y', path],
      video: LIVE_VIDEO,
      hasSound: false,
      queue: 30,
      logger: silentLogger,
    },
    () => liveFrame(99, times.shift()!),
  );
  camera.write(liveFrame(0, 0));
  camera.write(liveFrame(1, 0.04));
  camera.write(liveFrame(2, 0.08));
  await camera.close();
  const decoder = startFfmpeg(
    binaries.ffmpeg.path,
    ['-v', 'error', '-i', path, '-vsync', '0', '-f', 'rawvideo', '-'],
    {
      outputs: 1,
    },
  );
  const bytes: Buffer[] = [];
  for await (const chunk of decoder.outputs[0]!) bytes.push(chunk as Buffer);
  const size = LIVE_VIDEO.width * LIVE_VIDEO.height * 1.5;
  const all = Buffer.concat(bytes);
  const lumas = Array.from({ length: all.length / size }, (_, index) => all[index * size]);
  const [blankLuma, second, third] = [99, 1, 2].map((index) => liveFrame(index, 0).frame.data[0]);
  expect(lumas).toEqual([blankLuma, second, third, blankLuma]);
});
