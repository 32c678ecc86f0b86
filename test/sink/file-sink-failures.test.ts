import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { ffmpegBuilds } from '../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeVideo } from '../support/video-source.ts';
import {
  greyFrame,
  openTestSink,
  packetTimes,
  writeVideo,
  type WrittenVideo,
} from '../support/written-video.ts';

const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;
const at = temporaryFolder();
const timeBase = { num: 1, den: 25 };
let folder = '';
let count = 0;

beforeAll(async () => {
  await makeVideo(found, at('in.mp4'), 'color=s=64x48:r=10:d=1', '-c:v', 'libx264');
});
beforeEach(async () => {
  count += 1;
  folder = at(`case ${count}`);
  await mkdir(folder);
});

function video(name: string, more: Partial<WrittenVideo> = {}): WrittenVideo {
  const ticks = Array.from({ length: 5 }, (_, i) => i);
  return { binaries: found, input: at('in.mp4'), output: join(folder, name), ticks, timeBase, ...more };
}

/** Another program instead of ffmpeg: a shell script that gets the path of the real one as $FFMPEG. */
async function insteadOfFfmpeg(binaries: Binaries, script: string): Promise<Binaries> {
  const path = at(`ffmpeg-${count}`);
  await writeFile(path, `#!/bin/sh\nFFMPEG='${binaries.ffmpeg.path}'\n${script}\n`);
  await chmod(path, 0o755);
  return { ...binaries, ffmpeg: { ...binaries.ffmpeg, path } };
}

/** Noise, so that files grow. */
async function writeNoise(options: WrittenVideo, frames: number): Promise<void> {
  const size = { width: 320, height: 240 };
  const sink = await openTestSink({ ...options, ...size });
  try {
    for (let index = 0; index < frames; index += 1) {
      const frame = greyFrame(index, index, { timeBase, ...size });
      let state = index + 1;
      frame.data.forEach((_, i) => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        frame.data[i] = state >>> 24;
      });
      await sink.write(frame);
    }
    await sink.finish();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

const onUnix = test.skipIf(process.platform === 'win32');

describe.each(Object.entries(builds))('with %s', (_, binaries) => {
  onUnix.each(['mp4', 'mkv'])('a disk that is full is said, and leaves nothing of an .%s', async (ending) => {
    // The limit is a file of 64 blocks of 512 bytes.
    const small = await insteadOfFfmpeg(binaries, `ulimit -f 64; exec "$FFMPEG" "$@"`);
    await expect(writeNoise(video(`a.${ending}`, { binaries: small }), 25)).rejects.toMatchObject({
      code: 'OUTPUT_DISK_FULL',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  onUnix('an encoder that is killed ends the run and leaves nothing', async () => {
    // Kills itself well into the video.
    const mortal = await insteadOfFfmpeg(
      binaries,
      `case "$*" in *pipe:0*) head -c 600000 | "$FFMPEG" "$@" & sleep 0.3; kill -9 $$;; *) exec "$FFMPEG" "$@";; esac`,
    );
    await expect(writeNoise(video('a.mp4', { binaries: mortal }), 100)).rejects.toMatchObject({
      code: 'ENCODER_FAILED',
      message: expect.stringContaining('SIGKILL') as unknown,
    });
    expect(await readdir(folder)).toEqual([]);
  });

  onUnix('an encoder that stops early without complaint does not pass the check', async () => {
    const lazy = await insteadOfFfmpeg(
      binaries,
      `case "$*" in *pipe:0*) head -c 1000000 > "$0.part"; cat > /dev/null; "$FFMPEG" "$@" < "$0.part" 2> /dev/null; exit 0;; *) exec "$FFMPEG" "$@";; esac`,
    );
    for (const name of ['a.mp4', 'a.mkv']) {
      await expect(writeNoise(video(name, { binaries: lazy }), 25)).rejects.toMatchObject({
        code: 'OUTPUT_CHECK_FAILED',
      });
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    '-name.mp4',
    'two words.mp4',
    `it's "quoted".mp4`,
    '🎬 vidéo.mp4',
    'a:b.mp4',
    'file:a.mp4',
    '%03d.mp4',
    'per cent %d [x] {y} $(z).mp4',
    ...(process.platform === 'win32' ? [] : ['new\nline.mp4', 'back\\slash.mp4']),
  ])('a file may be called %j', async (name) => {
    await writeVideo(video(name, { binaries }));
    expect(await readdir(folder)).toEqual([name]);
    expect(await packetTimes(join(folder, name), 'v:0', binaries)).toHaveLength(5);
  });
});

test('a stop leaves nothing', async () => {
  const controller = new AbortController();
  const options = video('a.mp4', { signal: controller.signal });
  const sink = await openTestSink(options);
  await sink.write(greyFrame(0, 0, options));
  expect(await readdir(folder)).toHaveLength(1);
  controller.abort();
  await expect(
    (async () => {
      for (let index = 1; ; index += 1) await sink.write(greyFrame(index, index, options));
    })(),
  ).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await sink.abort();
  await sink.abort();
  expect(await readdir(folder)).toEqual([]);
});

test('the file appears under its name only when it is whole', async () => {
  const options = video('a.mp4');
  const sink = await openTestSink(options);
  for (const index of options.ticks) {
    await sink.write(greyFrame(index, index, options));
    expect(await readdir(folder)).not.toContain('a.mp4');
  }
  await sink.finish();
  expect(await readdir(folder)).toEqual(['a.mp4']);
  // A second abort must not remove the file.
  await sink.abort();
  expect(await readdir(folder)).toEqual(['a.mp4']);
});

test('a run without a frame is an error, not an empty file', async () => {
  const sink = await openTestSink(video('a.mp4'));
  await expect(sink.finish()).rejects.toMatchObject({ code: 'INTERNAL' });
  await sink.abort();
  expect(await readdir(folder)).toEqual([]);
});

describe('the input', () => {
  const sum = async (path: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  test('is as it was after a run', async () => {
    const before = await sum(at('in.mp4'));
    await writeVideo(video('a.mp4'));
    expect(await sum(at('in.mp4'))).toBe(before);
  });

  test.each(['its name', 'another spelling', 'a symbolic link', 'a hard link'])(
    'is refused as the output by %s, even with --overwrite',
    async (kind) => {
      const input = join(folder, 'in.mp4');
      await writeFile(input, await readFile(at('in.mp4')));
      const before = await sum(input);
      const output =
        { 'its name': input, 'another spelling': `${folder}/../case ${count}/in.mp4` }[kind] ??
        join(folder, 'other.mp4');
      if (kind === 'a symbolic link') await symlink(input, output);
      if (kind === 'a hard link') await link(input, output);
      const names = await readdir(folder);
      await expect(
        writeVideo({ ...video(''), input, output, options: { overwrite: true } }),
      ).rejects.toMatchObject({
        code: 'OUTPUT_IS_INPUT',
      });
      expect(await sum(input)).toBe(before);
      expect(await readdir(folder)).toEqual(names);
    },
  );
});

describe('a file that exists', () => {
  test('is left alone without --overwrite, and nothing is made beside it', async () => {
    await writeFile(join(folder, 'a.mp4'), 'mine');
    await expect(openTestSink(video('a.mp4'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(join(folder, 'a.mp4'), 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual(['a.mp4']);
  });

  test('is left alone also when it appeared during the run', async () => {
    const options = video('a.mp4');
    const sink = await openTestSink(options);
    await sink.write(greyFrame(0, 0, options));
    await writeFile(options.output, 'mine');
    await expect(sink.finish()).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await sink.abort();
    expect(await readFile(options.output, 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual(['a.mp4']);
  });

  test('is replaced with --overwrite, once the new one is whole', async () => {
    const options = video('a.mp4', { options: { overwrite: true } });
    await writeFile(options.output, '', { mode: 0o640 });
    const sink = await openTestSink(options);
    await sink.write(greyFrame(0, 0, options));
    expect(await readFile(options.output, 'utf8')).toBe('');
    await sink.finish();
    expect(await packetTimes(options.output, 'v:0', found)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['a.mp4']);
  });

  test('that is a link, or not a video, is left alone even with --overwrite', async () => {
    const options = video('a.mp4', { options: { overwrite: true } });
    await writeFile(options.output, 'mine');
    await expect(openTestSink(options)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(options.output, 'utf8')).toBe('mine');
    await rm(options.output);
    await writeFile(join(folder, 'other.mp4'), await readFile(at('in.mp4')));
    await symlink(join(folder, 'other.mp4'), options.output);
    await expect(openTestSink(options)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  test('that is a link to nowhere counts as one', async () => {
    await symlink(join(folder, 'nowhere'), join(folder, 'a.mp4'));
    await expect(openTestSink(video('a.mp4'))).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  test('that is a folder is refused', async () => {
    await mkdir(join(folder, 'a.mp4'));
    await expect(openTestSink(video('a.mp4', { options: { overwrite: true } }))).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });
});

test('a folder that is not there is said', async () => {
  await expect(openTestSink(video('no/a.mp4'))).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
});

const isRoot = process.getuid?.() === 0;
const run = promisify(execFile);

test.skipIf(process.platform !== 'linux')(
  'a folder that may not be written to is said before any work (Linux, as root with a read-only mount)',
  async ({ skip }) => {
    await chmod(folder, 0o555);
    if (isRoot) {
      // Permissions do not restrict root; read-only mounts do, if this system allows them.
      const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).then(
        () => true,
        () => false,
      );
      if (!mounted) skip('root without the right to mount');
    }
    try {
      await expect(openTestSink(video('a.mp4'))).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    } finally {
      if (isRoot) await run('umount', [folder]);
      await chmod(folder, 0o755);
    }
  },
);

test('a program that is killed leaves nothing under the name, and the next run clears away what it left', async () => {
  const child = spawn(
    process.execPath,
    [
      ...['--import', import.meta.resolve('tsx')],
      fileURLToPath(new URL('../support/unfinished-run.ts', import.meta.url)),
      ...[at('in.mp4'), join(folder, 'a.mp4')],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  const left = await readdir(folder);
  expect(left).toHaveLength(1);
  expect(left[0]).toMatch(/^\.veil-/);
  await writeVideo(video('a.mp4'));
  expect(await readdir(folder)).toEqual(['a.mp4']);
});
