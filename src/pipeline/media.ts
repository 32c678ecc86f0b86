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

export interface InputOptions {
  readonly input: string;
  readonly config: ResolvedConfig;
  /** Whether frames come with pictures for a detector. */
  readonly looks: boolean;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** An input that is being read. */
export interface MediaInput {
  readonly kind: 'video' | 'image';
  readonly source: Source;
  readonly lookInterval: number;
  /** What somebody should know of this input, and of its output where there is one, a sentence each. */
  readonly notes: () => readonly string[];
  /** Versions of the programs that take part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** An input and its output, opened together because sound and colours pass from one to the other. */
export interface Media extends MediaInput {
  readonly sink: Sink;
}

/** An input to which an output may be added. */
interface OpenInput extends MediaInput {
  readonly openSink: (output: string) => Promise<Sink & { readonly notes?: readonly string[] }>;
}

/** A still is looked at once, so that look may be a close one. */
const STILL_SIZE = 2048;

/**
 * Opens an input alone. Whoever gets it disposes of the source.
 *
 * @throws VeilError every INPUT_ reason not to start
 */
export function openInput(options: InputOptions): Promise<MediaInput> {
  return open(options);
}

/**
 * Opens input and output. Whoever gets them disposes of the source, and finishes or aborts the sink.
 *
 * @throws VeilError every INPUT_, OUTPUT_ and CONFIG_INVALID reason not to start
 */
export async function openMedia(options: InputOptions & { readonly output: string }): Promise<Media> {
  const opened = await open(options);
  try {
    const sink = await opened.openSink(options.output);
    return { ...opened, sink, notes: () => [...opened.notes(), ...(sink.notes ?? [])] };
  } catch (error) {
    await opened.source[Symbol.asyncDispose]();
    throw error;
  }
}

function open(options: InputOptions): Promise<OpenInput> {
  return isImage(options.input) ? openImage(options) : openVideo(options);
}

async function openImage({ input, config, looks }: InputOptions): Promise<OpenInput> {
  const sizes = looks ? [...new Set([...config.look.sizes, STILL_SIZE])] : [];
  const source = await openImageSource({ path: input, look: { sizes } });
  return {
    kind: 'image',
    source,
    lookInterval: 1,
    notes: () => [],
    versions: {},
    openSink: (output) => openImageSink({ output, input, overwrite: config.overwrite }),
  };
}

async function openVideo({ input, config, looks, signal, logger }: InputOptions): Promise<OpenInput> {
  const binaries = await findBinaries();
  const facts = await probe(input, binaries);
  const interval =
    facts.video === null
      ? config.look.interval
      : planWindow({ ...facts.video, format: 'yuv420p' }, config.look.interval).lookInterval;
  const { start, end } = config;
  const sizes = looks ? config.look.sizes : [];
  const look = { interval, sizes };
  const source = await openFfmpegSource({ path: input, probe: facts, binaries, start, end, look, signal });
  return {
    kind: 'video',
    source,
    lookInterval: interval,
    notes: () => [...binaries.notes, ...source.notes],
    versions: { ffmpeg: binaries.ffmpeg.version },
    openSink: async (output) =>
      openFileSink({
        output,
        input,
        overwrite: config.overwrite,
        encoding: encodingFor(config.video, output),
        audio: config.audio,
        keepMetadata: config.keepMetadata,
        start,
        end,
        info: source.info,
        color: source.color,
        sampleAspectRatio: source.sampleAspectRatio,
        probe: facts,
        binaries,
        signal,
        logger,
      }),
  };
}
