import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo } from '../../support/video-source.ts';
import { greyFrame, openTestSink } from '../../support/written-video.ts';

const binaries = Object.values(await ffmpegBuilds())[0]!;
const at = temporaryFolder();
const timeBase = { num: 1, den: 25 };

beforeAll(async () => {
  await makeVideo(binaries, at('in.mp4'), 'color=s=64x48:r=25:d=1', '-c:v', 'libx264');
});

test('an encoder that is started before the first frame is covered writes the same file', async () => {
  for (const name of ['late', 'early']) {
    const sink = await openTestSink({ binaries, input: at('in.mp4'), output: at(`${name}.mp4`), timeBase });
    if (name === 'early') sink.prepare!(10);
    for (let index = 0; index < 5; index += 1) await sink.write(greyFrame(index, index + 10, { timeBase }));
    await sink.finish();
  }
  expect(await readFile(at('early.mp4'))).toEqual(await readFile(at('late.mp4')));
});

test('an encoder that is being started when the run ends is stopped, and leaves nothing', async () => {
  const before = await readdir(at());
  const sink = await openTestSink({ binaries, input: at('in.mp4'), output: at('none.mp4'), timeBase });
  sink.prepare!(0);
  await sink.abort();
  // Started later, it would find no file that it may write to, and make one.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await readdir(at())).toEqual(before);
});

test('what fails while an encoder is being started is thrown at the first frame', async () => {
  const signal = AbortSignal.abort();
  const sink = await openTestSink({
    binaries,
    input: at('in.mp4'),
    output: at('stopped.mp4'),
    timeBase,
    signal,
  });
  sink.prepare!(0);
  await expect(sink.write(greyFrame(0, 0, { timeBase }))).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await sink.abort();
});
