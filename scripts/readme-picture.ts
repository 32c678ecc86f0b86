/** Makes the moving picture of the README, before and after: `tsx scripts/readme-picture.ts`. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { resolveConfig } from '../src/config/load.ts';
import type { Truth } from '../src/eval/truth.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { startFfmpeg } from '../src/ffmpeg/process.ts';
import { anonymizeFile } from '../src/pipeline/file/anonymize-file.ts';
import { drawCrowd, type DrawnCrowd } from './drawn-crowd.ts';

const SIZE = { width: 640, height: 400 } as const;
const FRAMES = 36;
const RATE = 12;
/** Of each half, pixels. */
const SHOWN = { width: 400, height: 250 } as const;
const GAP = 8;

/** A clip of drawn people, what Veil made of it, and where every face is. */
export interface CrowdClip {
  readonly before: string;
  readonly after: string;
  readonly truth: Truth;
}

/** Draws a clip and covers it as `veil blur` does, with the real detector. */
export async function makeCrowdClip(folder: string): Promise<CrowdClip> {
  const clip = { before: join(folder, 'crowd.mp4'), after: join(folder, 'crowd.veil.mp4') };
  const crowds = Array.from({ length: FRAMES }, (_, i) => drawCrowd(SIZE.width, SIZE.height, i / FRAMES));
  await encode(
    clip.before,
    crowds.map(({ svg }) => svg),
  );
  await anonymizeFile({ input: clip.before, output: clip.after, config: resolveConfig() });
  const tracks = crowds[0]!.faces.map((_, person) => ({ id: person + 1, boxes: rowsOf(crowds, person) }));
  const columns: Truth['columns'] = ['frame', 'x', 'y', 'width', 'height'];
  return { ...clip, truth: { format: 'truth/1', ...SIZE, frames: FRAMES, columns, tracks } };
}

/** Both clips side by side, as an animated GIF that repeats without a seam. */
export async function movingPicture({ before, after }: CrowdClip): Promise<Buffer> {
  const [left, right] = await Promise.all([decode(before), decode(after)]);
  const width = 2 * SHOWN.width + GAP;
  const row = 3 * SHOWN.width;
  const pages = Buffer.alloc(3 * width * SHOWN.height * FRAMES, 255);
  for (let y = 0; y < SHOWN.height * FRAMES; y += 1) {
    left.copy(pages, 3 * width * y, row * y, row * (y + 1));
    right.copy(pages, 3 * width * y + row + 3 * GAP, row * y, row * (y + 1));
  }
  const raw = { width, height: SHOWN.height * FRAMES, channels: 3, pageHeight: SHOWN.height } as const;
  const delay = Array<number>(FRAMES).fill(Math.round(1000 / RATE));
  return sharp(pages, { raw })
    .gif({ colours: 64, dither: 0, effort: 7, interFrameMaxError: 8, delay, loop: 0 })
    .toBuffer();
}

function rowsOf(crowds: readonly DrawnCrowd[], person: number): Truth['tracks'][number]['boxes'] {
  return crowds.map(({ faces }, frame) => {
    const { x, y, width, height } = faces[person]!;
    return [frame, x, y, width, height];
  });
}

async function encode(path: string, pictures: readonly string[]): Promise<void> {
  const { ffmpeg } = await findBinaries();
  const encoder = startFfmpeg(
    ffmpeg.path,
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${SIZE.width}x${SIZE.height}`],
      ...[
        '-framerate',
        `${RATE}`,
        '-i',
        'pipe:0',
        '-c:v',
        'libx264',
        '-crf',
        '10',
        '-pix_fmt',
        'yuv420p',
        path,
      ],
    ],
    { stdin: true },
  );
  const stdin = encoder.stdin!;
  for (const svg of pictures) {
    if (!stdin.write(await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer())) {
      await Promise.race([once(stdin, 'drain'), encoder.exited]);
    }
  }
  stdin.end();
  const { code, stderr } = await encoder.exited;
  if (code !== 0) throw new Error(`ffmpeg could not write the clip: ${stderr}`);
}

/** All frames, RGB, at the size that is shown. */
async function decode(path: string): Promise<Buffer> {
  const { ffmpeg } = await findBinaries();
  const args = [
    ...['-v', 'error', '-i', path, '-vf', `scale=${SHOWN.width}:${SHOWN.height}`],
    ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];
  const decoder = startFfmpeg(ffmpeg.path, args, { outputs: 1 });
  const chunks: Buffer[] = [];
  for await (const chunk of decoder.outputs[0]!) chunks.push(chunk as Buffer);
  await decoder.exited;
  return Buffer.concat(chunks);
}

if (import.meta.filename === process.argv[1]) {
  const folder = await mkdtemp(join(tmpdir(), 'veil-picture-'));
  try {
    const path = join(import.meta.dirname, '../docs/before-after.gif');
    const picture = await movingPicture(await makeCrowdClip(folder));
    await writeFile(path, picture);
    console.log(`wrote ${path}, ${Math.round(picture.length / 1024)} KiB`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
