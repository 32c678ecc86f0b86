import { anonymizeFile } from '../../src/pipeline/file/anonymize-file.ts';
import type { FileResult } from '../../src/pipeline/file/write-covered.ts';
import { configSchema, type ConfigInput } from '../../src/config/schema.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { probe, type Probe } from '../../src/ffmpeg/probe.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { scriptedDetector } from './scripted-detector.ts';

/** Runs the ffmpeg that was found. */
export async function ffmpeg(...args: string[]): Promise<void> {
  const binaries = await findBinaries();
  const { code, stderr } = await capture(binaries.ffmpeg.path, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
}

/** Covers the faces of a scripted detector, as `veil blur` does, and probes the output. */
export async function coverFile(
  input: string,
  output = `${input}.out.mp4`,
  options: ConfigInput = {},
): Promise<FileResult & { readonly video: Probe['video'] }> {
  const config = configSchema.parse({ video: { preset: 'ultrafast' }, anonymizer: 'cpu', ...options });
  const result = await anonymizeFile({ input, output, config, detector: scriptedDetector() });
  const { video } = await probe(output, await findBinaries());
  return { ...result, video };
}
