import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { capture } from '../../src/ffmpeg/process.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { decodeVideo, makeVideo, openVideo } from '../support/video-source.ts';

const at = temporaryFolder();
const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;

/** Makes a file with the ffmpeg that was found. */
const make = (name: string, graph: string, ...args: string[]): Promise<string> =>
  makeVideo(found, at(name), graph, ...args);

test('a cover picture is not the video', async () => {
  const cover = await make('cover.png', 'color=green:s=100x100', '-frames:v', '1');
  const sound = at('song.mp3');
  await capture(found.ffmpeg.path, [
    ...[
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-i',
      cover,
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'copy',
    ],
    ...['-disposition:v', 'attached_pic', sound],
  ]);
  await expect(openVideo(sound, found)).rejects.toMatchObject({ code: 'INPUT_NO_VIDEO' });
});

test.each([
  ['1×1', 'INPUT_TOO_SMALL', 'testsrc=s=1x1:d=0.2'],
  ['16,384 wide', 'INPUT_TOO_LARGE', 'color=s=16384x16:d=0.04'],
])('a video that is %s is refused with %s', async (_, code, graph) => {
  const path = await make(`${code}.mkv`, graph, '-c:v', 'ffv1');
  await expect(openVideo(path, found)).rejects.toMatchObject({ code });
});

test('a playlist is refused: it would make ffmpeg read other files', async () => {
  await make('segment.ts', 'testsrc=s=64x48:d=1');
  const path = at('list.m3u8');
  await writeFile(path, '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\nsegment.ts\n#EXT-X-ENDLIST\n');
  // Old builds refuse it during the probe.
  const code = expect.stringMatching(/^INPUT_(UNSUPPORTED|NOT_MEDIA)$/) as string;
  await expect(openVideo(path, found)).rejects.toMatchObject({ code });
});

test('a start behind the end leaves no frame, and the end is told', async () => {
  const path = await make('short.mp4', 'testsrc=s=64x48:d=1');
  await expect(decodeVideo(path, found, { start: 60 })).rejects.toMatchObject({
    code: 'INPUT_NO_FRAMES',
    message: expect.stringContaining('no frame from 60 s on') as string,
    hint: expect.stringContaining('the video ends at 1.00 s') as string,
  });
});

test('a file that was cut off is refused, with the time up to which it can be used', async () => {
  const path = await make('whole.mp4', 'testsrc2=s=320x240:d=10', '-movflags', '+faststart');
  const file = await readFile(path);
  await writeFile(at('cut.mp4'), file.subarray(0, Math.floor(file.length * 0.6)));
  await expect(decodeVideo(at('cut.mp4'), found)).rejects.toMatchObject({
    code: 'INPUT_TRUNCATED',
    hint: expect.stringContaining('--end') as string,
  });
});

test.each(['mkv', 'webm', 'mp4'])('a %s whose clock begins at 3 s is whole', async (container) => {
  const codec = container === 'webm' ? ['-c:v', 'libvpx', '-deadline', 'realtime'] : [];
  const path = await make(`late.${container}`, 'testsrc2=s=64x48:d=2', ...codec, '-output_ts_offset', '3');
  const [, frames] = await decodeVideo(path, found);
  expect(frames.length).toBe(50);
});

test('a decoder that is killed is an error, not an end', async () => {
  const path = await make('long.mp4', 'testsrc2=s=640x480:d=5', '-preset', 'ultrafast');
  const wrapper = at('ffmpeg-with-pid');
  await writeFile(wrapper, `#!/bin/sh\necho $$ > "$0.pid"\nexec "${found.ffmpeg.path}" "$@"\n`, {
    mode: 0o755,
  });
  const source = await openVideo(path, { ...found, ffmpeg: { ...found.ffmpeg, path: wrapper } });
  const reading = (async () => {
    for await (const { frame } of source.frames()) {
      if (frame.index === 3) process.kill(Number(await readFile(`${wrapper}.pid`, 'utf8')), 'SIGKILL');
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'DECODER_FAILED' });
});

test('the signal stops decoding at once', async () => {
  const path = await make('stopped.mp4', 'testsrc2=s=640x480:d=20', '-preset', 'ultrafast');
  const controller = new AbortController();
  const source = await openVideo(path, found, { signal: controller.signal });
  const reading = (async () => {
    for await (const { frame } of source.frames()) if (frame.index === 3) controller.abort();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
});
