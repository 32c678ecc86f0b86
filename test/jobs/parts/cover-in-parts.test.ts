import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts';
import { readTracks } from '../../../src/documents/tracks-document.ts';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { coverInParts, type PartsRunOptions } from '../../../src/jobs/parts/cover-in-parts.ts';
import { anonymizeFile } from '../../../src/pipeline/file/anonymize-file.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { noParts } from '../support/parts-ffmpeg.ts';

const PROGRAM = fileURLToPath(new URL('../support/parts-program.ts', import.meta.url));

const at = temporaryFolder();
beforeAll(async () => {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, at('clip.mp4'), { seconds: 5, size: '320:240', sound: true });
});

function run(name: string, more: Partial<PartsRunOptions> = {}): PartsRunOptions {
  const options: ConfigInput = { look: { sizes: [320] }, video: { preset: 'ultrafast' } };
  return {
    ...{
      input: at('clip.mp4'),
      output: at(name),
      config: configSchema.parse(options),
      atOnce: 2,
      seconds: 2,
    },
    ...more,
  };
}

/** Folders of unfinished work. */
async function unfinished(): Promise<string[]> {
  return (await readdir(at())).filter((name) => name.startsWith('.veil-'));
}

describe.skipIf(noParts !== '')(`covering a video in parts ${noParts}`, () => {
  it('covers in processes what one process covers, and leaves nothing else', async () => {
    const tracksPath = at('parts.tracks.json');
    const stages = new Set<string>();
    const result = await coverInParts(
      run('parts.mp4', {
        tracksPath,
        onProgress: ({ stage }) => {
          stages.add(stage);
        },
      }),
    );
    const { config } = run('one.mp4');
    await anonymizeFile({
      ...{ input: at('clip.mp4'), output: at('one.mp4'), config, tracksPath: at('one.tracks.json') },
    });
    expect(await readTracks(tracksPath)).toEqual(await readTracks(at('one.tracks.json')));
    expect(result).toMatchObject({ frames: 125, tracksPath, output: at('parts.mp4') });
    expect([...stages]).toEqual(['finding', 'covering']);
    expect(await unfinished()).toEqual([]);
  });

  it('covers in one piece what does not fit', async () => {
    const said: string[] = [];
    const logger = {
      debug: () => undefined,
      warn: () => undefined,
      info: (text: string) => void said.push(text),
    };
    const result = await coverInParts(run('short.mp4', { seconds: 60, logger }));
    expect(result.frames).toBe(125);
    expect(said.join()).toContain('covered in one piece');
    expect(said.join()).toContain('too short');
  });

  it('leaves nothing when it is stopped, in whatever step', async () => {
    for (const stage of ['finding', 'covering']) {
      const controller = new AbortController();
      const running = coverInParts(
        run('stopped.mp4', {
          signal: controller.signal,
          onProgress: (progress) => {
            if (progress.stage === stage) controller.abort();
          },
        }),
      );
      await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(await unfinished()).toEqual([]);
      await expect(stat(at('stopped.mp4'))).rejects.toThrow();
    }
  });

  it.skipIf(process.platform === 'win32')(
    'works in a folder of its owner alone, which the next run removes after a kill (Windows has no such signal)',
    async () => {
      const child = spawn(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), PROGRAM, at('clip.mp4'), at('killed.mp4')],
        { stdio: 'ignore' },
      );
      await expect.poll(unfinished, { timeout: 60_000 }).toHaveLength(1);
      const [folder] = await unfinished();
      expect((await stat(at(folder!))).mode & 0o777).toBe(0o700);
      await expect.poll(() => readdir(at(folder!)), { timeout: 60_000 }).not.toEqual([]);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await unfinished()).toEqual([folder]);
      await coverInParts(run('killed.mp4'));
      // Processes of the killed run clean up by themselves, and may still be at it.
      await expect.poll(unfinished, { timeout: 20_000 }).toEqual([]);
    },
  );
});
