import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../src/logger.ts';
import { Recording, type RecordingOptions } from '../../../src/sink/live/recording.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import {
  childrenWith,
  LIVE_VIDEO,
  liveEncoding,
  liveFrame,
  namesIn,
  writeAll,
  writeUntil,
} from '../../support/live-output.ts';
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

/** 27.3 fps, with a stall of a second. */
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
      // Presets with reordered frames: a player would reserve time for that before the first frame.
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
    // This program knows none of the arguments, and ends at once.
    binaries: { ...binaries, ffmpeg: { ...ffmpeg, path: process.execPath } },
  });
  await writeUntil(recording, () => recording.failures >= 3);
  await recording.close();
  expect(await namesIn(at('full'))).toEqual(['film.mp4']);
  expect(recording.files).toEqual([at('full', 'film.mp4')]);
});

test('a recording waits for an encoder that is slow to begin', async () => {
  const slow = { ...binaries.ffmpeg, path: at('slow.sh') };
  await writeFile(slow.path, `#!/bin/sh\nsleep 3\nexec '${binaries.ffmpeg.path}' "$@"\n`, { mode: 0o755 });
  const path = at('slow.mp4');
  const encoding = await liveEncoding(binaries);
  const recording = await openRecording(path, { binaries: { ...binaries, ffmpeg: slow }, encoding });
  for (let index = 0; index < 8; index += 1) recording.write(liveFrame(index, index / 25));
  await recording.close();
  expect(await packetTimes(path, 'v:0', binaries)).toHaveLength(8);
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
