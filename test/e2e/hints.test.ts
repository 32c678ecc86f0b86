import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { veil } from '../cli/memory-io.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const QUOTED = "it's a film";

beforeAll(async () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=1'];
  await ffmpeg(...picture, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', at('clip.mp4'));
});

/** Runs the command at the end of a text in a shell, in the folder of the files. */
async function type(text: string): Promise<void> {
  const command = /ffmpeg -i .*$/m.exec(text)?.[0];
  if (command === undefined) throw new Error(`There is no command in: ${text}`);
  const { ffmpeg: binary } = await findBinaries();
  const shell = `ffmpeg() { "$FFMPEG" -nostdin -v error "$@"; }; ${command}`;
  await promisify(execFile)('sh', ['-c', shell], { cwd: at(), env: { ...process.env, FFMPEG: binary.path } });
}

test.skipIf(process.platform === 'win32')(
  'the command that copies a second camera can be typed as printed',
  async () => {
    const both = ['-i', at('clip.mp4'), '-i', at('clip.mp4'), '-map', '0:v', '-map', '1:v', '-c', 'copy'];
    await ffmpeg(...both, at(`${QUOTED}.mp4`));
    const { doubts } = await coverFile(at(`${QUOTED}.mp4`));
    await type(doubts[0]!);
    const { video } = await probe(at(`${QUOTED}.mp4.1.mkv`), await findBinaries());
    expect(video).toMatchObject({ width: 160 });
  },
);

test.skipIf(process.platform === 'win32')(
  'the command that turns a picture can be typed as printed',
  async () => {
    const file = await readFile(at('clip.mp4'));
    const matrix = file.indexOf('tkhd') + 4 + 40;
    const half = Math.round(Math.SQRT1_2 * 65_536);
    for (const [index, value] of [half, half, 0, -half, half].entries()) {
      file.writeInt32BE(value, matrix + 4 * index);
    }
    await writeFile(at(`${QUOTED} turned.mp4`), file);
    const { err } = await veil(['blur', at(`${QUOTED} turned.mp4`)]);
    await type(err);
    const { video } = await probe(at(`${QUOTED} turned.mp4.turned.mp4`), await findBinaries());
    expect(video).toMatchObject({ rotation: 0 });
  },
);

test.skipIf(process.platform === 'win32')(
  'the command that joins sizes can be typed as printed',
  async () => {
    const pieces: Buffer[] = [];
    for (const sar of ['1', '8']) {
      const shape = ['-vf', `setsar=${sar}`, '-c:v', 'libx264', '-preset', 'ultrafast'];
      await ffmpeg('-i', at('clip.mp4'), ...shape, '-output_ts_offset', `${pieces.length}`, at('piece.ts'));
      pieces.push(await readFile(at('piece.ts')));
    }
    await writeFile(at(`${QUOTED}.ts`), Buffer.concat(pieces));
    const error = await coverFile(at(`${QUOTED}.ts`)).then(
      () => null,
      (reason: unknown) => reason as { code: string; hint: string },
    );
    expect(error?.code).toBe('INPUT_UNSUPPORTED');
    await type(error!.hint);
    const { frames } = await coverFile(at(`${QUOTED}.ts.same.mp4`));
    expect(frames).toBe(50);
  },
);
