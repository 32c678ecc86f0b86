import { chmod, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { LiveOutput } from '../../src/frame/live-output.ts';
import { silentLogger } from '../../src/logger.ts';
import type { Codec } from '../../src/preview/codec.ts';
import { Video } from '../../src/preview/video.ts';
import { PreviewRun } from '../support/preview-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const file = temporaryFolder();

interface Watched {
  readonly video: Video;
  /** Pictures encoded since this was last emptied. */
  readonly pictures: { codec: Codec; data: Uint8Array; capturedAt: number; isCurtain: boolean }[];
  readonly offered: (readonly Codec[])[];
  readonly run: PreviewRun;
  readonly stop: () => Promise<void>;
}

async function watch(codecs: Codec[], ffmpeg?: string): Promise<Watched> {
  const program = ffmpeg ?? (await findBinaries()).ffmpeg.path;
  const pictures: Watched['pictures'] = [];
  const offered: Watched['offered'] = [];
  const video = await Video.open({
    ffmpeg: program,
    frameRate: 30,
    color: { range: 'tv', space: null },
    logger: silentLogger,
    onPicture: (codec, { data }, { capturedAt, boxes }) => {
      pictures.push({ codec, data, capturedAt, isCurtain: boxes === null });
    },
    onCodecs: (left) => offered.push(left),
  });
  video.need(new Set(codecs));
  const run = await PreviewRun.start({ ffmpeg: program, width: 1280, height: 720 });
  const output: LiveOutput = {
    name: 'test',
    dropped: 0,
    write: (frame) => {
      video.write(frame);
    },
    close: () => Promise.resolve(),
  };
  run.addOutput(output);
  const stop = async (): Promise<void> => {
    run.removeOutput(output);
    await Promise.all([run.stop(), video.close()]);
  };
  return { video, pictures, offered, run, stop };
}

describe('the video of the preview', () => {
  it('is encoded only as somebody watches it', async () => {
    const { video, pictures, stop } = await watch(['jpeg']);
    await expect.poll(() => pictures.length).toBeGreaterThan(3);
    expect(new Set(pictures.map(({ codec }) => codec))).toEqual(new Set(['jpeg']));
    video.need(new Set(['h264']));
    await expect.poll(() => pictures.some(({ codec }) => codec === 'h264')).toBe(true);
    pictures.length = 0;
    await expect.poll(() => pictures.length).toBeGreaterThan(3);
    expect(new Set(pictures.map(({ codec }) => codec))).toEqual(new Set(['h264']));
    await stop();
  });

  it('costs less on demand: smaller pictures first, then fewer, but every one that covers all', async () => {
    const { video, pictures, run, stop } = await watch(['jpeg']);
    const widthOf = async (): Promise<number> => (await sharp(pictures.at(-1)!.data).metadata()).width;
    await expect.poll(() => pictures.length).toBeGreaterThan(3);
    expect(await widthOf()).toBe(1280);
    video.setQuality(1);
    await expect.poll(widthOf).toBe(960);
    video.setQuality(3);
    await expect.poll(widthOf).toBe(480);
    pictures.length = 0;
    await expect.poll(() => pictures.length).toBeGreaterThan(3);
    expect(pictures[3]!.capturedAt - pictures[0]!.capturedAt).toBeGreaterThan(350);
    run.panic(true);
    await expect.poll(() => pictures.at(-1)!.isCurtain).toBe(true);
    pictures.length = 0;
    await expect.poll(() => pictures.length).toBeGreaterThan(6);
    expect(pictures[6]!.capturedAt - pictures[0]!.capturedAt).toBeLessThan(900);
    await stop();
  });

  it('gives H.264 up where ffmpeg has none, and says so', async () => {
    const { ffmpeg } = await findBinaries();
    const path = file('ffmpeg');
    await writeFile(path, `#!/bin/sh\ncase "$*" in *libx264*) exit 1;; esac\nexec "${ffmpeg.path}" "$@"\n`);
    await chmod(path, 0o755);
    const { video, pictures, offered, stop } = await watch(['h264'], path);
    await expect.poll(() => offered).toEqual([['jpeg']]);
    video.need(new Set(['jpeg']));
    await expect.poll(() => pictures.length).toBeGreaterThan(0);
    await stop();
  });
});
