import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { startFfmpeg } from '../../src/ffmpeg/process.ts';

/** Luma of every frame of a video, each as `width`×`height` bytes. */
export async function lumaOf(
  path: string,
  { width, height }: { readonly width: number; readonly height: number },
  { ffmpeg }: Binaries,
): Promise<Uint8Array[]> {
  const decoder = startFfmpeg(
    ffmpeg.path,
    [
      ...['-v', 'error', '-i', path, '-map', '0:v:0', '-vsync', '0'],
      ...['-vf', `scale=${width}:${height},format=gray`, '-f', 'rawvideo', '-'],
    ],
    { outputs: 1 },
  );
  const chunks: Buffer[] = [];
  for await (const chunk of decoder.outputs[0]!) chunks.push(chunk as Buffer);
  const all = Buffer.concat(chunks);
  const size = width * height;
  return Array.from({ length: Math.floor(all.length / size) }, (_, index) =>
    all.subarray(index * size, (index + 1) * size),
  );
}

/** Standard deviation of samples: 0 for a surface of one colour. */
export function contrastOf(samples: Uint8Array): number {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  return Math.sqrt(samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length);
}
