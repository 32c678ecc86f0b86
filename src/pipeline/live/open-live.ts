import { createAnonymizer } from '../../anonymize/anonymizer.ts';
import { encodingFor } from '../../config/encoding.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { findBinaries, type Binaries } from '../../ffmpeg/binaries.ts';
import type { LiveOutput, LiveSettings } from '../../frame/live.ts';
import type { Logger } from '../../logger.ts';
import { encoderSupportOf, videoEncoderFor } from '../../sink/encoder-support.ts';
import { virtualCameraArgs, type LiveEncoding } from '../../sink/live/live-encode-args.ts';
import { openPublish } from '../../sink/live/open-publish.ts';
import type { PublishTarget } from '../../sink/live/publish-target.ts';
import { Recording } from '../../sink/live/recording.ts';
import { VirtualCamera } from '../../sink/live/virtual-camera.ts';
import { chooseMode } from '../../source/live/camera-mode.ts';
import { liveInputArgs, type WantedPicture } from '../../source/live/input-args.ts';
import { listModes } from '../../source/live/list-modes.ts';
import { liveInputName, type LiveInput } from '../../source/live/live-input.ts';
import { openLiveSource, type LiveSource } from '../../source/live/live-source.ts';
import { startLooker } from './looker.ts';
import { LiveRun } from './live-run.ts';
import type { OverloadLevel } from './overload.ts';
import { LOWEST_THRESHOLD } from './settings.ts';

export interface OpenLiveOptions {
  readonly input: LiveInput;
  /** What is asked of a camera or the test picture. */
  readonly wanted: WantedPicture;
  readonly config: ResolvedConfig;
  /** Milliseconds from capture until a frame leaves. */
  readonly delay: number;
  /** File to record to, and seconds after which another is begun. */
  readonly record: { readonly path: string; readonly segment: number | null } | null;
  readonly publish: readonly PublishTarget[];
  /** Device of v4l2loopback. */
  readonly virtualCamera: string | null;
  /** Opens a further output that asks and controls the run: the preview. */
  readonly openPreview: ((context: PreviewContext) => Promise<DegradableOutput>) | null;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The detector's program; the one with the real detectors unless given. */
  readonly lookProgram?: URL;
}

/** What a preview needs of a run. */
export interface PreviewContext {
  readonly run: LiveRun;
  readonly ffmpeg: string;
  readonly frameRate: number;
  readonly logger: Logger;
}

/** An output that can be made cheaper, from 0 (as it should be) upwards. */
export interface DegradableOutput extends LiveOutput {
  degrade(level: number): void;
}

/** Where the config leaves looks to the effort, which is for files. */
const LOOK = { interval: 2, sizes: [640] };

/** Share of the smallest look that is left of it when a machine is overloaded. */
const SMALLER = 0.6;

/** Frames that may wait for a virtual camera: who looks into it wants the present. */
const CAMERA_QUEUE = 3;

/**
 * Opens source, detector and outputs and starts a live run. Whoever gets it closes it.
 *
 * @throws VeilError every INPUT_, OUTPUT_, DETECTOR_, ENCODER_ and CONFIG_ reason not to start
 */
export async function openLive(options: OpenLiveOptions): Promise<LiveRun> {
  const { config, delay, logger, lookProgram } = options;
  const binaries = await findBinaries();
  for (const note of binaries.notes) logger.info(note);
  const encodings = await planEncodings(options, binaries);
  const interval = config.look.interval ?? LOOK.interval;
  const sizes = [...(config.look.sizes ?? LOOK.sizes)].sort((a, b) => b - a);
  const source = await openSource(options, binaries, sizes);
  const { width, height } = source.info;
  let degrade: (level: OverloadLevel) => void = () => undefined;
  try {
    const { hasSound } = source.info;
    if (hasSound) logger.info('Sound is kept, and voices identify people: --audio drop leaves it out.');
    const recordEncoding = encodings.record === null ? null : { ...encodings.record, hasSound };
    const recording = await openRecording(options, recordEncoding, source, binaries);
    return await LiveRun.start(
      {
        source,
        delay,
        logger,
        lookInterval: interval,
        lookSizes: sizes.length,
        recorder: recording,
        settings: { style: config.style, cells: config.cells, threshold: config.threshold },
        openLooker: (onFree) =>
          startLooker({
            // Lower than asked for: the threshold can be changed while the run goes on.
            config: { ...config, threshold: Math.min(config.threshold, LOWEST_THRESHOLD) },
            logger,
            onFree,
            ...(lookProgram === undefined ? {} : { program: lookProgram }),
          }),
        openAnonymizer: (settings: LiveSettings) =>
          createAnonymizer({ ...config, ...settings, format: 'yuv420p', width, height, logger }),
        onOverload: (level) => {
          degrade(level);
        },
      },
      async (run) => {
        const outputs = await openOutputs(options, run, { ...encodings.publish, hasSound }, source, binaries);
        if (options.openPreview !== null) {
          const context = { run, ffmpeg: binaries.ffmpeg.path, frameRate: rateOf(source), logger };
          const preview = await options.openPreview(context);
          degrade = (level) => {
            preview.degrade(Math.max(0, level - 2));
          };
          outputs.push(preview);
        }
        return recording === null ? outputs : [recording, ...outputs];
      },
    );
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

async function openSource(
  { input, wanted, config, logger, signal }: OpenLiveOptions,
  binaries: Binaries,
  sizes: readonly number[],
): Promise<LiveSource> {
  const modes = input.kind === 'v4l2' ? await listModes(input.device, binaries.ffmpeg.path) : [];
  const mode = chooseMode(modes, wanted);
  const args = liveInputArgs(input, wanted, mode);
  logger.info(`Opening ${liveInputName(input)}.`);
  const sound = config.audio === 'keep';
  const smaller = Math.max(128, Math.round(sizes.at(-1)! * SMALLER));
  const source = await openLiveSource({
    input,
    args,
    binaries,
    looks: [...sizes, smaller],
    sound,
    logger,
    signal,
  });
  const { width, height } = source.info;
  logger.info(`${source.name}: ${width}x${height}, ${rateOf(source).toFixed(1)} frames a second.`);
  return source;
}

interface Encodings {
  readonly record: LiveEncoding | null;
  readonly publish: LiveEncoding;
}

/** Before anything is opened: a codec that is missing is told at once. */
async function planEncodings({ config, record }: OpenLiveOptions, binaries: Binaries): Promise<Encodings> {
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const encodingTo = (path: string): LiveEncoding => {
    const encoding = encodingFor(config.video, path);
    return { encoder: videoEncoderFor(encoding.codec, support), encoding, support, hasSound: false };
  };
  return { record: record === null ? null : encodingTo(record.path), publish: encodingTo('stream.mp4') };
}

function openRecording(
  { record, input, config, logger }: OpenLiveOptions,
  encoding: LiveEncoding | null,
  source: LiveSource,
  binaries: Binaries,
): Promise<Recording> | null {
  if (record === null || encoding === null) return null;
  return Recording.open({
    ...record,
    overwrite: config.overwrite,
    input: input.kind === 'file' ? input.path : liveInputName(input),
    encoding,
    video: source.info,
    frameRate: rateOf(source),
    binaries,
    logger,
  });
}

async function openOutputs(
  { publish, virtualCamera, logger }: OpenLiveOptions,
  run: LiveRun,
  encoding: LiveEncoding,
  source: LiveSource,
  binaries: Binaries,
): Promise<LiveOutput[]> {
  const shared = { ffmpeg: binaries.ffmpeg.path, video: source.info, logger };
  const outputs: LiveOutput[] = [];
  for (const target of publish) {
    outputs.push(await openPublish(target, encoding, { ...shared, frameRate: rateOf(source) }));
  }
  if (virtualCamera !== null) {
    const args = (): string[] => virtualCameraArgs(encoding.support, virtualCamera);
    const camera = { ...shared, hasSound: false, name: virtualCamera, args, queue: CAMERA_QUEUE };
    outputs.push(new VirtualCamera(camera, () => run.card()));
  }
  return outputs;
}

function rateOf({ info }: LiveSource): number {
  return info.frameRate.num / info.frameRate.den;
}
