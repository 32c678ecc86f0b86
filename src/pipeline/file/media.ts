import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { findBinaries, type Binaries } from '../../ffmpeg/binaries.ts';
import { probe, type Probe, type VideoStream } from '../../ffmpeg/probe.ts';
import type { Logger } from '../../logger.ts';
import { openFileSink, type FileSink } from '../../sink/file/file-sink.ts';
import type { FileSinkOptions } from '../../sink/file/plan-file.ts';
import { openImageSink } from '../../sink/image-sink.ts';
import type { Sink } from '../../sink/sink.ts';
import { openFfmpegSource, type VideoSource } from '../../source/file/ffmpeg-source.ts';
import { leftOutDoubts, leftOutNotes } from '../../source/file/left-out.ts';
import { openImageSource } from '../../source/photo/image-source.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import type { Source } from '../../source/source.ts';
import type { InputReading } from '../../frame/input-reading.ts';
import { readingOf } from '../../source/file/read-input.ts';
import { usableVideo } from '../../source/source-error.ts';
import { NO_LOOKS, planLooks, planStill, type LookPlan } from '../../observe/look-plan.ts';
import { planPicture, type PicturePlan } from './plan-picture.ts';
import { withinWindow } from './window.ts';

export interface InputOptions {
  readonly input: string;
  readonly config: ResolvedConfig;
  /** The detector, which may still be starting. Null: no looks. */
  readonly detector: Promise<Detector> | null;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** An input in progress. */
export interface MediaInput {
  readonly kind: 'video' | 'image';
  readonly source: Source;
  readonly reading: InputReading;
  readonly look: LookPlan;
  /** Opens the same frames again, without pictures, for a second pass. Null for a single pass. */
  readonly reopen: (() => Promise<Source>) | null;
  /** Notes about this input and its output for the user, a sentence each. */
  readonly notes: () => readonly string[];
  /** Reasons for the user to look through the result, a sentence each. */
  readonly doubts: () => readonly string[];
  /** Versions of the programs involved. */
  readonly versions: Readonly<Record<string, string>>;
}

/** An input and its output, opened together because audio and colours pass from one to the other. */
export interface Media extends MediaInput {
  readonly sink: Sink;
}

/** An input that may get an output. */
interface OpenInput extends MediaInput {
  readonly openSink: (output: string) => Promise<Sink & Partial<Pick<FileSink, 'notes' | 'doubts'>>>;
}

/**
 * Opens only an input. The caller disposes of the source.
 *
 * @throws VeilError every INPUT_ reason
 */
export function openInput(options: InputOptions): Promise<MediaInput> {
  return open(options, null);
}

/**
 * Opens input and output. The caller disposes of the source, and finishes or aborts the sink.
 *
 * @throws VeilError every INPUT_ and OUTPUT_ reason, CONFIG_INVALID
 */
export async function openMedia(options: InputOptions & { readonly output: string }): Promise<Media> {
  const opened = await open(options, options.output);
  try {
    const sink = await opened.openSink(options.output);
    return {
      ...opened,
      sink,
      notes: () => [...opened.notes(), ...(sink.notes ?? [])],
      doubts: () => [...opened.doubts(), ...(sink.doubts ?? [])],
    };
  } catch (error) {
    await opened.source[Symbol.asyncDispose]();
    throw error;
  }
}

/** @param output path of the output, or null: its format decides on the format of the frames */
async function open(options: InputOptions, output: string | null): Promise<OpenInput> {
  return (await isPhoto(options.input)) ? openImage(options) : openVideo(options, output);
}

async function openImage({ input, config, detector, signal }: InputOptions): Promise<OpenInput> {
  const look = detector === null ? NO_LOOKS : planStill(config.look);
  const source = await openImageSource({ path: input, look, signal });
  return {
    kind: 'image',
    source,
    reading: source.reading,
    look,
    reopen: null,
    notes: () => [...source.notes, ...source.doubts],
    doubts: () => source.doubts,
    versions: {},
    openSink: (output) => openImageSink({ output, input, overwrite: config.overwrite }),
  };
}

async function openVideo(options: InputOptions, output: string | null): Promise<OpenInput> {
  const { input, config, detector, signal } = options;
  const video = await prepareVideo(options, output);
  const { binaries, facts, picture } = video;
  const look = detector === null ? NO_LOOKS : planLook(facts.video, config, await detector);
  const part = { start: config.start, end: config.end };
  const source = await openPrepared(video, look, part);
  const doubts = (): string[] => [...leftOutDoubts(input, facts), ...source.doubts];
  return {
    kind: 'video',
    source,
    reading: readingOf(facts, usableVideo(input, facts)),
    look,
    reopen: look.isWhole ? () => openPrepared(video, NO_LOOKS, part) : null,
    notes: () => [
      ...binaries.notes,
      ...leftOutNotes(facts),
      ...source.notes,
      ...(picture?.notes ?? []),
      ...doubts(),
    ],
    doubts,
    versions: { ffmpeg: binaries.ffmpeg.version },
    openSink: async (path) => {
      const written =
        picture ?? (await planPicture(facts.video, config.video, { input, output: path }, binaries));
      return openFileSink(sinkOptionsOf({ ...video, picture: written }, source, path, signal));
    },
  };
}

/** A video that was probed but not opened yet. */
export interface PreparedVideo extends Pick<InputOptions, 'input' | 'config' | 'signal' | 'logger'> {
  readonly binaries: Binaries;
  readonly facts: Probe;
  /** Null without an output. */
  readonly picture: PicturePlan | null;
}

/**
 * Probes a video.
 *
 * @param output path of the output, or null: its format decides on the format of the frames
 * @throws VeilError every INPUT_ reason
 */
export async function prepareVideo(
  options: Pick<InputOptions, 'input' | 'config' | 'signal' | 'logger'>,
  output: string | null,
): Promise<PreparedVideo> {
  const { input, config, signal, logger } = options;
  const binaries = await findBinaries();
  const facts = await probe(input, binaries, { signal });
  const picture =
    output === null ? null : await planPicture(facts.video, config.video, { input, output }, binaries);
  return { input, config, signal, logger, binaries, facts, picture };
}

/**
 * Starts to read a video, or a part of it.
 *
 * @param part seconds from the start of the file, or null
 */
export function openPrepared(
  { input, facts, binaries, picture, signal }: PreparedVideo,
  look: LookPlan,
  part: { readonly start: number | null; readonly end: number | null },
): Promise<VideoSource> {
  // Without an output, HDR is not converted: that saves work, and the pictures for looks are the same.
  const keepsDepth = picture?.keepsDepth ?? true;
  return openFfmpegSource({ ...part, path: input, probe: facts, binaries, keepsDepth, look, signal });
}

/** Options for writing the output of a video. */
export function sinkOptionsOf(
  { input, config, facts, binaries, picture, logger }: PreparedVideo & { readonly picture: PicturePlan },
  source: Pick<VideoSource, 'info' | 'color' | 'sampleAspectRatio'>,
  output: string,
  signal: AbortSignal,
): FileSinkOptions {
  return {
    ...{ output, input, binaries, signal, logger, probe: facts },
    overwrite: config.overwrite,
    encoding: picture.encoding,
    mastering: picture.mastering,
    audio: config.audio,
    mute: config.mute,
    keepMetadata: config.keepMetadata,
    start: config.start,
    end: config.end,
    info: source.info,
    color: source.color,
    sampleAspectRatio: source.sampleAspectRatio,
  };
}

/** Without a video stream there is nothing to plan: opening the source reports the error. */
export function planLook(video: VideoStream | null, config: ResolvedConfig, { traits }: Detector): LookPlan {
  if (video === null) return NO_LOOKS;
  return withinWindow(planLooks(config, traits, video), { ...video, format: 'yuv420p' });
}
