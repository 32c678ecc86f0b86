import { findBinaries } from '../../ffmpeg/binaries.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { openFfmpegSource } from '../../source/file/ffmpeg-source.ts';
import { openImageSource } from '../../source/photo/image-source.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import type { Source } from '../../source/source.ts';

export interface OpenSourceOptions {
  /** Path of a video or a still image. */
  readonly input: string;
  /** Which frames come with small pictures, and the long sides of these, pixels. */
  readonly look: { readonly interval: number; readonly sizes: readonly number[] };
  /** Seconds from the start of the file; the whole file without them. */
  readonly start?: number;
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens a file as a source of frames, by itself: for detecting without writing, or for sinks of one's own.
 *
 * @throws VeilError every INPUT_ reason not to start
 */
export async function openSource(options: OpenSourceOptions): Promise<Source> {
  const { input, look, start = null, end = null, signal } = options;
  if (await isPhoto(input)) return openImageSource({ path: input, look, signal });
  const binaries = await findBinaries();
  const facts = await probe(input, binaries, { signal });
  return openFfmpegSource({ path: input, probe: facts, binaries, start, end, look, signal });
}
