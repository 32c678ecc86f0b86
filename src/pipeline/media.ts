import { encodingFor } from '../config/encoding.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import { findBinaries } from '../ffmpeg/binaries.ts';
import { probe } from '../ffmpeg/probe.ts';
import type { Logger } from '../logger.ts';
import { openFileSink } from '../sink/file-sink.ts';
import { openImageSink } from '../sink/image-sink.ts';
import type { Sink } from '../sink/sink.ts';
import { openFfmpegSource } from '../source/ffmpeg-source.ts';
import { isImage, openImageSource } from '../source/image-source.ts';
import type { Source } from '../source/source.ts';
import { planWindow } from './window.ts';

export interface MediaOptions {
  readonly input: string;
  readonly output: string;
  readonly config: ResolvedConfig;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** An input and its output, opened together because sound and colours pass from one to the other. */
export interface Media {
  readonly kind: 'video' | 'image';
  readonly source: Source;
  readonly sink: Sink;
  readonly lookInterval: number;
  /** What somebody should know of this input, a sentence each. */
  readonly notes: () => readonly string[];
  /** Versions of the programs that took part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A still is looked at once, so that look may be a close one. */
const STILL_SIZE = 2048;

/**
 * Opens input and output. Whoever gets them disposes of the source, and finishes or aborts the sink.
 *
 * @throws VeilError every INPUT_, OUTPUT_ and CONFIG_INVALID reason not to start
 */
export function openMedia(options: MediaOptions): Promise<Media> {
  return isImage(options.input) ? openImage(options) : openVideo(options);
}

async function openImage({ input, output, config }: MediaOptions): Promise<Media> {
  const sizes = [...new Set([...config.look.sizes, STILL_SIZE])];
  const source = await openImageSource({ path: input, look: { sizes } });
  const sink = await openImageSink({ output, input, overwrite: config.overwrite });
  return { kind: 'image', source, sink, lookInterval: 1, notes: () => [], versions: {} };
}

async function openVideo({ input, output, config, signal, logger }: MediaOptions): Promise<Media> {
  const encoding = encodingFor(config.video, output);
  const binaries = await findBinaries();
  const facts = await probe(input, binaries);
  const interval =
    facts.video === null
      ? config.look.interval
      : planWindow({ ...facts.video, format: 'yuv420p' }, config.look.interval).lookInterval;
  const source = await openFfmpegSource({
    path: input,
    probe: facts,
    binaries,
    start: config.start,
    end: config.end,
    look: { interval, sizes: config.look.sizes },
    signal,
  });
  try {
    const sink = await openFileSink({
      output,
      input,
      overwrite: config.overwrite,
      encoding,
      audio: config.audio,
      keepMetadata: config.keepMetadata,
      start: config.start,
      end: config.end,
      info: source.info,
      color: source.color,
      sampleAspectRatio: source.sampleAspectRatio,
      probe: facts,
      binaries,
      signal,
      logger,
    });
    return {
      kind: 'video',
      source,
      sink,
      lookInterval: interval,
      notes: () => [...binaries.notes, ...source.notes, ...sink.notes],
      versions: { ffmpeg: binaries.ffmpeg.version },
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
