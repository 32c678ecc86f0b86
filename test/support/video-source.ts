import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { openFfmpegSource, type VideoSource } from '../../src/source/file/ffmpeg-source.ts';
import type { SourceFrame } from '../../src/source/source.ts';

/** Options for a source: by default a look at every fifth frame at 64 and 32 pixels. */
export interface OpenOptions {
  readonly start?: number;
  readonly end?: number;
  readonly interval?: number;
  readonly sizes?: readonly number[];
  /** HDR frames stay in 10 bits. */
  readonly keepsDepth?: boolean;
  readonly signal?: AbortSignal;
}

/** Makes a file from a filter graph. */
export async function makeVideo(
  { ffmpeg }: Binaries,
  path: string,
  graph: string,
  ...args: string[]
): Promise<string> {
  const start = ['-v', 'error', '-y', '-filter_complex', graph];
  const { code, stderr } = await capture(ffmpeg.path, [...start, ...args, path]);
  if (code !== 0) throw new Error(stderr);
  return path;
}

/** Opens a source. */
export async function openVideo(
  path: string,
  binaries: Binaries,
  options: OpenOptions = {},
): Promise<VideoSource> {
  const { start = null, end = null, interval = 5, sizes = [64, 32], keepsDepth = false, signal } = options;
  const facts = await probe(path, binaries);
  const look = { interval, sizes };
  return openFfmpegSource({ path, probe: facts, binaries, start, end, look, keepsDepth, signal });
}

/** Opens a source and reads all of it. */
export async function decodeVideo(
  path: string,
  binaries: Binaries,
  options?: OpenOptions,
): Promise<[VideoSource, SourceFrame[]]> {
  const source = await openVideo(path, binaries, options);
  const frames: SourceFrame[] = [];
  for await (const frame of source.frames()) frames.push(frame);
  return [source, frames];
}
