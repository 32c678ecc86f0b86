import { encodingFor } from '../config/encoding.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import type { Detector } from '../detect/detector.ts';
import { findBinaries } from '../ffmpeg/binaries.ts';
import { probe, type VideoStream } from '../ffmpeg/probe.ts';
import type { Logger } from '../logger.ts';
import { openFileSink } from '../sink/file-sink.ts';
import { openImageSink } from '../sink/image-sink.ts';
import type { Sink } from '../sink/sink.ts';
import { openFfmpegSource } from '../source/ffmpeg-source.ts';
import { isImage, openImageSource } from '../source/image-source.ts';
import type { Source } from '../source/source.ts';
import { EVERY_FRAME, planLooks, type LookPlan } from './look-plan.ts';
import { withinWindow } from './window.ts';

export interface MediaOptions {
  readonly input: string;
  readonly output: string;
  readonly config: ResolvedConfig;
  /** Asked for once the input is known to be one. */
  readonly detector: () => Promise<Detector>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** An input and its output, opened together because sound and colours pass from one to the other. */
export interface Media {
  readonly kind: 'video' | 'image';
  readonly source: Source;
  readonly sink: Sink;
  readonly look: LookPlan;
  /** What somebody should know of this input, a sentence each. */
  readonly notes: () => readonly string[];
  /** Versions of the programs that took part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A still is looked at once, so that look may be a close one. */
const STILL_SIZE = 2048;
const STILL_SIZES = [512, 1024];

/**
 * Opens input and output. Whoever gets them disposes of the source, and finishes or aborts the sink.
 *
 * @throws VeilError every INPUT_, OUTPUT_ and CONFIG_INVALID reason not to start
 */
export function openMedia(options: MediaOptions): Promise<Media> {
  return isImage(options.input) ? openImage(options) : openVideo(options);
}

async function openImage({ input, output, config }: MediaOptions): Promise<Media> {
  const sizes = [...new Set([...(config.look.sizes ?? STILL_SIZES), STILL_SIZE])];
  const look = { ...EVERY_FRAME, sizes };
  const source = await openImageSource({ path: input, look });
  const sink = await openImageSink({ output, input, overwrite: config.overwrite });
  return { kind: 'image', source, sink, look, notes: () => [], versions: {} };
}

async function openVideo({ input, output, config, detector, signal, logger }: MediaOptions): Promise<Media> {
  const encoding = encodingFor(config.video, output);
  const binaries = await findBinaries();
  const facts = await probe(input, binaries);
  const look = planLook(facts.video, config, await detector());
  const source = await openFfmpegSource({
    path: input,
    probe: facts,
    binaries,
    start: config.start,
    end: config.end,
    look,
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
      look,
      notes: () => [...binaries.notes, ...source.notes, ...sink.notes],
      versions: { ffmpeg: binaries.ffmpeg.version },
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

/** Without a video there is nothing to plan for: opening the source says what is wrong. */
function planLook(video: VideoStream | null, config: ResolvedConfig, { traits }: Detector): LookPlan {
  if (video === null) return { ...EVERY_FRAME, sizes: STILL_SIZES };
  const { width, height, frameRate } = video;
  const plan = planLooks(config, traits, { width, height, frameRate: frameRate.num / frameRate.den });
  return withinWindow(plan, { ...video, format: 'yuv420p' });
}
