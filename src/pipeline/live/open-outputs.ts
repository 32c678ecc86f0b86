import { encodingFor } from '../../config/encoding.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import type { NutVideo } from '../../ffmpeg/nut/writer.ts';
import type { LiveOutput } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import { encoderSupportOf, videoEncoderFor } from '../../sink/encoder-support.ts';
import { virtualCameraArgs, type LiveEncoding } from '../../sink/live/live-encode-args.ts';
import { openPublish } from '../../sink/live/open-publish.ts';
import { checkPublishCodec } from '../../sink/live/publish-target.ts';
import { Recording } from '../../sink/live/recording.ts';
import { VirtualCamera } from '../../sink/live/virtual-camera.ts';
import { liveInputName } from '../../source/live/live-input.ts';
import type { LiveSource } from '../../source/live/live-source.ts';
import type { LiveRun } from './live-run.ts';
import type { OpenLiveOptions } from './open-live-options.ts';

/** Encodings of the kinds of outputs. */
export interface LiveEncodings {
  /** Null without a recording. */
  readonly record: PlannedEncoding | null;
  readonly publish: PlannedEncoding;
}

/** The part that does not depend on the source. */
type PlannedEncoding = Omit<LiveEncoding, 'color' | 'hasSound'>;

/** Context for opening outputs. */
export interface OutputContext {
  readonly source: LiveSource;
  readonly encodings: LiveEncodings;
  readonly binaries: Binaries;
  readonly logger: Logger;
}

/** Limit of frames waiting for a virtual camera: its viewers need the current picture. */
const CAMERA_QUEUE = 3;

/**
 * Call it before anything is opened, so that a missing codec is reported at once.
 *
 * @throws VeilError CONFIG_INVALID, ENCODER_UNAVAILABLE
 */
export async function planEncodings(
  { config, record, publish: targets }: Pick<OpenLiveOptions, 'config' | 'record' | 'publish'>,
  binaries: Binaries,
): Promise<LiveEncodings> {
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const encodingTo = (path: string): PlannedEncoding => {
    const encoding = encodingFor(config.video, path);
    return { encoder: videoEncoderFor(encoding.codec, support), encoding, support };
  };
  const publish = encodingTo('stream.mp4');
  for (const target of targets) checkPublishCodec(target, publish.encoding.codec);
  return { record: record === null ? null : encodingTo(record.path), publish };
}

/**
 * Opens the recording, if there is one.
 *
 * @throws VeilError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_IS_INPUT
 */
export async function openRecording(
  { record, input, config }: Pick<OpenLiveOptions, 'record' | 'input' | 'config'>,
  { source, encodings, binaries, logger }: OutputContext,
): Promise<Recording | null> {
  if (record === null || encodings.record === null) return null;
  return Recording.open({
    ...record,
    overwrite: config.overwrite,
    input: input.kind === 'file' ? input.path : liveInputName(input),
    encoding: { ...encodings.record, color: source.info.color, hasSound: source.info.hasSound },
    video: videoOf(source),
    frameRate: rateOf(source),
    binaries,
    logger,
  });
}

/**
 * Opens the streams to publish, the virtual camera, and the preview.
 *
 * @param run for outputs that observe and control it
 * @throws VeilError OUTPUT_UNWRITABLE, PREVIEW_UNAVAILABLE
 */
export async function openOutputs(
  { publish, virtualCamera, openPreview }: Pick<OpenLiveOptions, 'publish' | 'virtualCamera' | 'openPreview'>,
  run: LiveRun,
  { source, encodings, binaries, logger }: OutputContext,
): Promise<LiveOutput[]> {
  const { color, hasSound } = source.info;
  const encoding = { ...encodings.publish, color, hasSound };
  const ffmpeg = binaries.ffmpeg.path;
  const frameRate = rateOf(source);
  const shared = { ffmpeg, video: videoOf(source), logger };
  const outputs: LiveOutput[] = [];
  for (const target of publish) {
    outputs.push(await openPublish(target, encoding, { ...shared, frameRate }));
  }
  if (virtualCamera !== null) {
    const args = (): string[] => virtualCameraArgs(encoding.support, virtualCamera);
    const camera = { ...shared, hasSound: false, name: virtualCamera, args, queue: CAMERA_QUEUE };
    outputs.push(new VirtualCamera(camera, () => run.slate()));
  }
  if (openPreview !== null) outputs.push(await openPreview({ run, ffmpeg, frameRate, color, logger }));
  return outputs;
}

function videoOf({ info }: LiveSource): NutVideo {
  const { width, height, timeBase, frameRate } = info;
  return { width, height, timeBase, nominalRate: frameRate };
}

/** Approximate frame rate of a source. */
export function rateOf({ info }: LiveSource): number {
  return info.frameRate.num / info.frameRate.den;
}
