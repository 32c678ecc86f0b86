import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The six group photos that come with the face library. */
export function groupPhoto(number: 1 | 2 | 3 | 4 | 5 | 6): string {
  const root = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
  return join(root, 'demo', `sample${number}.jpg`);
}

export interface PhotoClipOptions {
  readonly seconds?: number;
  readonly rate?: string;
  readonly size?: string;
  /** Adds a sine tone as sound. */
  readonly sound?: boolean;
}

/** Makes a short clip that slides over a group photo: real faces in motion, with ffmpeg alone. */
export async function makePhotoClip(
  ffmpeg: string,
  path: string,
  options: PhotoClipOptions = {},
): Promise<void> {
  const { seconds = 2, rate = '25', size = '640:360', sound = false } = options;
  await run(ffmpeg, [
    ...['-v', 'error', '-y'],
    ...['-loop', '1', '-framerate', rate, '-t', `${seconds}`, '-i', groupPhoto(3)],
    ...(sound ? ['-f', 'lavfi', '-t', `${seconds}`, '-i', 'sine=frequency=440:sample_rate=48000'] : []),
    ...['-vf', `scale=960:-2,crop=${size}:(iw-ow)*t/${seconds}:(ih-oh)/2`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
    ...(sound ? ['-c:a', 'aac', '-shortest'] : []),
    path,
  ]);
}
