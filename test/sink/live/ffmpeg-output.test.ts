import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { capture, startFfmpeg } from '../../../src/ffmpeg/process.ts';
import { silentLogger } from '../../../src/logger.ts';
import { FfmpegOutput } from '../../../src/sink/live/ffmpeg-output.ts';
import { openPublish } from '../../../src/sink/live/open-publish.ts';
import { parsePublishTarget } from '../../../src/sink/live/publish-target.ts';
import { VirtualCamera } from '../../../src/sink/live/virtual-camera.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import {
  childrenWith,
  LIVE_VIDEO,
  liveEncoding,
  liveFrame,
  notingLogger,
  writeAll,
  writeUntil,
} from '../../support/live-output.ts';
import { freePort } from '../../support/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();
const builds = await ffmpegBuilds();
const binaries = Object.values(builds)[0]!;

describe.each(Object.entries(builds))('with %s', (_, each) => {
  test('a folder for HLS gets a list that plays', async () => {
    const folder = at(`hls-${each.ffmpeg.version}`);
    const encoding = await liveEncoding(each);
    const output = await openPublish(parsePublishTarget(folder), encoding, {
      ffmpeg: each.ffmpeg.path,
      video: LIVE_VIDEO,
      // A queue for all of them: they come faster than in real time.
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

test('an encoder that does not read loses frames, which are counted, and is closed in time', async () => {
  const logger = notingLogger();
  // Reads the header, and then no more than the pipes hold.
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
  // The program would hang forever; it is killed after two seconds.
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
  await writeUntil(output, () => logger.lines.some((line) => line.includes('failed')));
  await output.close();
  expect(logger.lines).toContainEqual(expect.stringMatching(/^rtmp:\/\/127\.0\.0\.1:\d+ failed: /));
  expect(logger.lines.join('\n')).not.toMatch(/word|key/);
});

test('a virtual camera shows a blank picture first and last', async () => {
  const path = at('camera.nut');
  const times = [0, 100];
  const camera = new VirtualCamera(
    {
      name: '/dev/video7',
      ffmpeg: binaries.ffmpeg.path,
      // There is no such device here, so the output goes to a file.
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
