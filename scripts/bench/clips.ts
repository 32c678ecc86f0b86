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

/** The sample repeated at 1080p, so that memory can be watched over thousands of frames. */
export async function makeLongVideo(path: string, frames: number): Promise<void> {
  const { ffmpeg } = await findBinaries();
  const { code, stderr } = await capture(
    ffmpeg.path,
    [
      ...['-v', 'error', '-y', '-stream_loop', '-1', '-i', await sampleVideo(), '-an'],
      ...[
        '-vf',
        'scale=1920:1080',
        '-frames:v',
        String(frames),
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        path,
      ],
    ],
    { timeoutMs: 600_000 },
  );
  if (code !== 0) throw new Error(stderr);
}
