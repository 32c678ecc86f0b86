import { createRequire } from 'node:module';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';

/** The builds for tests: the one that was found, and the old one from npm. */
export async function ffmpegBuilds(): Promise<Record<string, Binaries>> {
  const found = await findBinaries();
  const require = createRequire(import.meta.url);
  const { path } = require('@ffmpeg-installer/ffmpeg') as { path: string };
  return {
    'the ffmpeg that is found': found,
    'the oldest ffmpeg': { ...found, ffmpeg: { path, version: '4.1', origin: 'installer' } },
  };
}
