import { findBinaries } from '../../ffmpeg/binaries.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { openFfmpegSource } from '../../source/file/ffmpeg-source.ts';
import { openImageSource } from '../../source/photo/image-source.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import type { Source } from '../../source/source.ts';

export interface OpenSourceOptions {
  /** Path of a video or a still image. */
  readonly input: string;
  /** Interval of frames with small pictures, and the long sides of these pictures, pixels. */
  readonly look: { readonly interval: number; readonly sizes: readonly number[] };
  /** Seconds from the start of the file; the whole file if omitted. */
  readonly start?: number;
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens a file as a source of frames on its own: to detect without writing, or for a custom sink.
 *
 * @throws VeilError every INPUT_ reason
 */
export async function openSource(options: OpenSourceOptions): Promise<Source> {
  const { input, look, start = null, end = null, signal } = options;
  if (await isPhoto(input)) return openImageSource({ path: input, look, signal });
  const binaries = await findBinaries();
  const facts = await probe(input, binaries, { signal });
  return openFfmpegSource({ path: input, probe: facts, binaries, start, end, look, signal });
}
