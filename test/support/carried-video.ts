import { configSchema, type ConfigInput } from '../../src/config/schema.ts';
import { silentLogger } from '../../src/logger.ts';
import { openMedia } from '../../src/pipeline/file/media.ts';
import { coveredFrame } from './written-video.ts';

/**
 * Passes a file from its source to its sink like the pipeline, but without faces: for tests of everything else.
 *
 * @returns its notes
 */
export async function carryVideo(
  input: string,
  output: string,
  options: ConfigInput = {},
): Promise<readonly string[]> {
  const video = { preset: 'ultrafast', ...options.video } as const;
  const config = configSchema.parse({ overwrite: true, ...options, video });
  const { signal } = new AbortController();
  const media = await openMedia({ input, output, config, detector: null, signal, logger: silentLogger });
  await using source = media.source;
  try {
    for await (const { frame } of source.frames()) await media.sink.write(coveredFrame(frame));
    await media.sink.finish();
  } catch (error) {
    await media.sink.abort();
    throw error;
  }
  return media.notes();
}
