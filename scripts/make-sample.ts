/** Makes a film of real faces in motion and the truth about every one of them: `npm run sample`. */
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Truth } from '../src/eval/truth.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { startFfmpeg } from '../src/ffmpeg/process.ts';
import { FILM, filmFrames, momentsOf } from './sample/film.ts';
import { loadPictures, type FilmPicture } from './sample/pictures.ts';
import { FilmRenderer } from './sample/render.ts';
import { truthOf } from './sample/truth.ts';

/** Where the sample lies. */
export interface SamplePaths {
  readonly video: string;
  readonly truth: string;
}

/** Paths of the sample in its folder, whether it is there or not. */
export function samplePaths(folder = join(import.meta.dirname, '../samples/out')): SamplePaths {
  return { video: join(folder, 'sample.mp4'), truth: join(folder, 'sample.truth.json') };
}

/** Renders the film and writes it with its truth, some 15 s of 1280×720 with sound. */
export async function makeSample(paths: SamplePaths = samplePaths()): Promise<Truth> {
  await mkdir(join(paths.video, '..'), { recursive: true });
  const pictures = await loadPictures();
  const partial = `${paths.video}.partial.mp4`;
  await encode(partial, (name) => pictures.get(name)!);
  const truth = truthOf(momentsOf(), (name) => pictures.get(name)!.faces);
  await writeFile(paths.truth, `${JSON.stringify(truth)}\n`);
  // Last, so that a video that is there is complete and has its truth beside it.
  await rename(partial, paths.video);
  return truth;
}

async function encode(path: string, pictureOf: (name: number | 'wall') => FilmPicture): Promise<void> {
  const { ffmpeg } = await findBinaries();
  const encoder = startFfmpeg(ffmpeg.path, encodeArgs(path), { stdin: true });
  const stdin = encoder.stdin!;
  const renderer = new FilmRenderer();
  const failed = encoder.exited.then(({ stderr }) => {
    throw new Error(`ffmpeg could not write the sample: ${stderr}`);
  });
  failed.catch(() => undefined);
  for (const moment of momentsOf()) {
    if (!stdin.write(renderer.draw(moment, pictureOf(moment.picture)))) {
      await Promise.race([once(stdin, 'drain'), failed]);
    }
  }
  stdin.end();
  const { code, stderr } = await encoder.exited;
  if (code !== 0) throw new Error(`ffmpeg could not write the sample: ${stderr}`);
}

function encodeArgs(path: string): string[] {
  const { width, height, rate } = FILM;
  const seconds = filmFrames() / rate;
  return [
    ...['-v', 'error', '-y'],
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-framerate', `${rate}`],
    ...['-i', 'pipe:0'],
    ...['-f', 'lavfi', '-i', `sine=frequency=220:beep_factor=4:sample_rate=48000:duration=${seconds}`],
    ...['-map', '0:v', '-map', '1:a'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-c:a', 'aac', '-b:a', '96k', '-movflags', '+faststart'],
    path,
  ];
}

if (import.meta.filename === process.argv[1]) {
  const paths = samplePaths();
  const { frames, tracks } = await makeSample(paths);
  console.log(`${paths.video}: ${frames} frames, ${tracks.length} faces, truth in ${paths.truth}`);
}
