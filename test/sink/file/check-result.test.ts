import { expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { checkResult, type ExpectedResult } from '../../../src/sink/file/check-result.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { makeVideo } from '../../support/video-source.ts';

const at = temporaryFolder();
const binaries = await findBinaries();
const GRAPH = 'testsrc=s=64x48:r=25:d=1,format=yuv420p';
const PLAIN = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
  '-map_metadata',
  '-1',
];

/** Resolves if the file is as expected: 25 frames and no audio, unless changed. */
async function check(path: string, changed: Partial<ExpectedResult> = {}): Promise<void> {
  const expected = { name: 'out', frames: 25, span: 0.96, audioTracks: 0, keepMetadata: false };
  await checkResult({ path, binaries, ...expected, ...changed });
}

test.each(['mp4', 'mkv'])('a .%s with every frame and nothing else passes', async (ending) => {
  await check(await makeVideo(binaries, at(`plain.${ending}`), GRAPH, ...PLAIN));
});

test.each(['mp4', 'mkv'])('a .%s that lacks its last frames does not pass', async (ending) => {
  const path = await makeVideo(binaries, at(`short.${ending}`), GRAPH, ...PLAIN);
  await expect(check(path, { frames: 30, span: 1.16 })).rejects.toMatchObject({
    code: 'OUTPUT_CHECK_FAILED',
    message: expect.stringMatching(/25 frames instead of 30|last frame, at 1\.160 s, is missing/) as string,
  });
});

test('sound that nobody planned, or that is missing, does not pass', async () => {
  const loud = await makeVideo(binaries, at('loud.mp4'), `${GRAPH};sine=d=1`, ...PLAIN);
  await check(loud, { audioTracks: 1 });
  await expect(check(loud)).rejects.toThrow('1 audio tracks instead of 0');
  const silent = await makeVideo(binaries, at('silent.mp4'), GRAPH, ...PLAIN);
  await expect(check(silent, { audioTracks: 1 })).rejects.toThrow(
    /sound of the original could not be carried over/,
  );
});

test('a tag of the original does not pass, unless tags are kept', async () => {
  const path = await makeVideo(binaries, at('tagged.mp4'), GRAPH, ...PLAIN, '-metadata', 'title=My street');
  await expect(check(path)).rejects.toThrow('it has the tag title');
  await check(path, { keepMetadata: true });
});

test('two pictures in one file do not pass', async () => {
  const graph = `${GRAPH},split[a][b]`;
  const path = await makeVideo(binaries, at('two.mkv'), graph, '-map', '[a]', '-map', '[b]', ...PLAIN);
  await expect(check(path)).rejects.toMatchObject({ code: 'OUTPUT_CHECK_FAILED' });
});
