import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { probe } from '../../../src/ffmpeg/probe.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../../support/video-source.ts';

const at = temporaryFolder();
const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;

/** Frames per part: not a multiple of the look interval. */
const FRAMES = 13;

/** A transport stream of parts with these sizes and pixel aspect ratios, white from edge to edge. */
async function joined(
  name: string,
  parts: readonly (readonly [size: string, sar: string])[],
  overlap?: number,
): Promise<string> {
  const pieces: Buffer[] = [];
  for (const [position, [size, sar]] of parts.entries()) {
    const path = at(`${name}-${position}.ts`);
    const offset = position * (FRAMES / 25 - (overlap ?? 0));
    const times = `N/25/TB+${overlap === undefined ? offset : 0}/TB`;
    const graph = `color=white:s=${size}:r=25,format=yuv420p,setsar=${sar},setpts=${times}`;
    const { code, stderr } = await capture(found.ffmpeg.path, [
      ...['-v', 'error', '-y', '-filter_complex', graph, '-frames:v', `${FRAMES}`],
      ...['-c:v', 'libx264', '-bf', '0', '-muxdelay', '0', '-output_ts_offset', `${offset}`, path],
    ]);
    if (code !== 0) throw new Error(stderr);
    pieces.push(await readFile(path));
  }
  await writeFile(at(name), Buffer.concat(pieces));
  return at(name);
}

/** Luma at a place of a frame, as shares of its sides. */
function luma(data: Uint8Array, width: number, height: number, x: number, y: number): number {
  return data[Math.floor(y * height) * width + Math.floor(x * width)]!;
}

describe.each(Object.entries(builds))('with %s, a picture', (name, binaries) => {
  test.each([
    ['that is turned', '96x160', '1/1', [0, 5, 10, 18, 23]],
    ['that becomes as high as wide', '160x160', '1/1', [0, 5, 10, 18, 23]],
    ['of which the pixels become narrow', '160x96', '2/3', [0, 5, 10, 15, 20, 25]],
  ] as const)('%s in the middle is fitted with bars, and told', async (what, size, sar, expected) => {
    const path = await joined(`${what} ${name}.ts`, [
      ['160x96', '1/1'],
      [size, sar],
    ]);
    const [source, frames] = await decodeVideo(path, binaries);
    expect(frames).toHaveLength(2 * FRAMES);
    for (const { frame, pictures } of frames) {
      expect(frame).toMatchObject({ width: 160, height: 96 });
      const isFitted = frame.index >= FRAMES;
      expect(luma(frame.data, 160, 96, 0.5, 0.5)).toBeGreaterThan(200);
      expect(luma(frame.data, 160, 96, 0.02, 0.5) < 50).toBe(isFitted);
      for (const { data, width, height } of pictures ?? []) {
        expect(data[3 * ((height >> 1) * width + (width >> 1))]).toBeGreaterThan(200);
      }
    }
    const looks = frames.flatMap(({ frame, pictures }) => (pictures === null ? [] : [frame.index]));
    // At another size the decoder restarts its count, at frame 13, whose picture comes too late.
    expect(looks).toEqual(expected);
    expect(source.doubts).toEqual([
      expect.stringMatching(/changes its size, to .*at about \d\.\d s: it is fitted/),
    ]);
  });

  test.each(['160x96', '96x160'])(
    'keeps all frames where the next part, of %s, begins a little before the end of the one before',
    async (size) => {
      const parts = [
        ['160x96', '1/1'],
        [size, '1/1'],
      ] as const;
      for (const overlap of [0.04, 0.08, 0.1]) {
        const path = await joined(`overlap ${overlap} ${size} ${name}.ts`, parts, overlap);
        const [, frames] = await decodeVideo(path, binaries);
        expect(frames).toHaveLength(2 * FRAMES);
        const times = frames.map(({ frame }) => frame.time);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const looks = frames.flatMap(({ frame, pictures }) => (pictures === null ? [] : [frame.index]));
        expect(looks.length).toBeGreaterThanOrEqual(4);
      }
    },
  );

  test.each(['vp8', 'vp9'])(
    'that another %s film of another size follows is left out and told, or refused',
    async (codec) => {
      const [first, second, path] = ['a', 'b', 'ab'].map((part) => at(`${part} ${codec} ${name}.webm`)) as [
        string,
        string,
        string,
      ];
      const encoder = { vp8: 'libvpx', vp9: 'libvpx-vp9' }[codec]!;
      for (const [file, size] of [
        [first, '160x96'],
        [second, '96x160'],
      ] as const)
        await makeVideo(
          found,
          file,
          `testsrc2=s=${size}:r=25:d=4`,
          '-c:v',
          encoder,
          '-deadline',
          'realtime',
          '-cpu-used',
          '8',
        );
      const head = await readFile(first);
      await writeFile(path, Buffer.concat([head, await readFile(second)]));
      const { filmBehind } = await probe(path, binaries);
      if (filmBehind !== null) {
        expect(filmBehind).toBe(head.length);
        expect((await decodeVideo(path, binaries))[1]).toHaveLength(100);
        return;
      }
      await expect(decodeVideo(path, binaries)).rejects.toMatchObject({
        code: 'INPUT_UNSUPPORTED',
        message: expect.stringMatching(/joined: its clock goes back at (?:3\.9|4\.0) s/) as string,
        hint: expect.stringContaining(`tail -c +${head.length + 1}`) as string,
      });
    },
  );

  test('of which the pixels become so wide that faces hide in it is refused', async () => {
    const path = await joined(`odd ${name}.ts`, [
      ['160x96', '1/1'],
      ['160x96', '8/1'],
    ]);
    await expect(decodeVideo(path, binaries)).rejects.toMatchObject({
      code: 'INPUT_UNSUPPORTED',
      message: expect.stringMatching(/at \d\.\d s/) as string,
    });
  });
});
