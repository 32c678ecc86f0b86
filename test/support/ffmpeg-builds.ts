import { createRequire } from 'node:module';
import { findBinaries, type Binaries } from '../../src/ffmpeg/binaries.ts';

/**
 * The builds for tests: the one that was found, and the old one from npm. One alone where they are the same, or where
 * `VEIL_TEST_BUILDS=found` says that a run without another build has tested the old one.
 */
export async function ffmpegBuilds(): Promise<Record<string, Binaries>> {
  const found = await findBinaries();
  const require = createRequire(import.meta.url);
  const { path } = require('@ffmpeg-installer/ffmpeg') as { path: string };
  const builds = { 'the ffmpeg that is found': found };
  if (found.ffmpeg.path === path || process.env.VEIL_TEST_BUILDS === 'found') return builds;
  return {
    ...builds,
    'the oldest ffmpeg': { ...found, ffmpeg: { path, version: '4.1', origin: 'installer' } },
  };
}
