import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { makeSample, samplePaths } from '../make-sample.ts';

const EVALUATION = join(import.meta.dirname, '../../../shared/eval');

/** A file of the evaluation set, or null where that is not there. */
export function evaluationFile(...path: string[]): string | null {
  const file = join(EVALUATION, ...path);
  return existsSync(file) ? file : null;
}

/** The sample film, made where it is missing. */
export async function sampleVideo(): Promise<string> {
  const { video, truth } = samplePaths();
  if (!existsSync(video)) await makeSample({ video, truth });
  return video;
}

/** A street of the evaluation set, else the sample film, at this height and so many frames long; made once. */
export async function makeClip(folder: string, height: number, frames: number): Promise<string> {
  const path = join(folder, `clip-${height}-${frames}.mp4`);
  if (existsSync(path)) return path;
  const original = evaluationFile('clips', 'street_walking_720p.mp4') ?? (await sampleVideo());
  const { ffmpeg } = await findBinaries();
  const { code, stderr } = await capture(
    ffmpeg.path,
    [
      ...['-v', 'error', '-y', '-stream_loop', '-1', '-i', original, '-an', '-frames:v', String(frames)],
      ...[
        '-vf',
        `scale=${(height * 16) / 9}:${height},setsar=1`,
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        path,
      ],
    ],
    { timeoutMs: 1_800_000 },
  );
  if (code !== 0) throw new Error(stderr);
  return path;
}
