import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';

/** Why tests with transport streams are skipped here, for their names; '' if ffprobe can read them. */
export async function noTransportStreams(): Promise<string> {
  const { ffmpeg, ffprobe } = await findBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'veil-ts-'));
  const path = join(folder, 'a.ts');
  try {
    const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1', '-c:v', 'libx264'];
    await capture(ffmpeg.path, ['-v', 'error', '-y', ...picture, path]);
    const { code } = await capture(ffprobe.path, ['-v', 'error', '-protocol_whitelist', 'file', path]);
    return code === 0 ? '' : ' (left out: the ffprobe that is found ends at transport streams)';
  } finally {
    await rm(folder, { recursive: true });
  }
}
