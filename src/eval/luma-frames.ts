import { VeilError } from '../errors.ts';
import { findBinaries } from '../ffmpeg/binaries.ts';
import { EXACT_CROP } from '../ffmpeg/exact-crop.ts';
import { featuresOf } from '../ffmpeg/features.ts';
import { startFfmpeg } from '../ffmpeg/process.ts';
import { ByteReader } from '../ffmpeg/nut/byte-reader.ts';
import type { LumaPicture } from './exposure.ts';

/**
 * Every decoded frame of a video as luma, scaled to this size.
 *
 * @throws VeilError FFMPEG_NOT_FOUND, DECODER_FAILED
 */
export async function* lumaFrames(path: string, width: number, height: number): AsyncGenerator<LumaPicture> {
  const { ffmpeg } = await findBinaries();
  const { fpsMode } = await featuresOf(ffmpeg.path);
  const decoder = startFfmpeg(
    ffmpeg.path,
    [
      ...['-v', 'error', ...EXACT_CROP, '-protocol_whitelist', 'file', '-i', `file:${path}`, '-map', '0:v:0'],
      ...['-vf', `scale=${width}:${height}`, fpsMode ? '-fps_mode' : '-vsync', 'passthrough'],
      ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    ],
    { outputs: 1 },
  );
  try {
    const reader = new ByteReader(decoder.outputs[0]!);
    for (;;) {
      const data = new Uint8Array(width * height);
      if (!(await reader.readInto(data))) break;
      yield { width, height, data };
    }
    const { code, stderr } = await decoder.exited;
    if (code !== 0) throw new VeilError('DECODER_FAILED', `${path} could not be decoded: ${stderr}`);
  } finally {
    await decoder.stop();
  }
}
