import type { Encoding } from '../../config/encoding.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { NutWriter } from '../../ffmpeg/nut/writer.ts';
import type { Mastering } from '../../ffmpeg/mastering.ts';
import type { ColorInfo, Probe } from '../../ffmpeg/probe.ts';
import type { PixelFormat, Rational } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import { encoderSupportOf, type EncoderSupport, type VideoEncoder } from '../encoder-support.ts';
import type { Size } from '../even-size.ts';
import { muxerOf, type Muxer } from '../muxer.ts';
import type { EncodeOptions } from './encode-args.ts';
import { planEncoder } from './plan-encoder.ts';
import type { Span } from './silence.ts';
import { NO_SOUND, type Sound } from './sound.ts';

export interface FileSinkOptions {
  /** Path of the output file; its extension selects the container. */
  readonly output: string;
  /** Path of the original, for its audio. */
  readonly input: string;
  /** Facts about the original. */
  readonly probe: Probe;
  readonly overwrite: boolean;
  readonly encoding: Encoding;
  readonly audio: 'keep' | 'drop';
  /** Muted times, seconds from the start of the original. Default: none. */
  readonly mute?: readonly Span[];
  readonly keepMetadata: boolean;
  /** Part of the original that contains the frames, seconds, or null. */
  readonly start: number | null;
  readonly end: number | null;
  /** Facts about the frames. */
  readonly info: {
    readonly width: number;
    readonly height: number;
    readonly format: PixelFormat;
    readonly timeBase: Rational;
    readonly frameRate: Rational;
  };
  readonly color: ColorInfo;
  /** HDR mastering metadata; none if left out. */
  readonly mastering?: Mastering | null;
  readonly sampleAspectRatio: Rational;
  readonly binaries: Binaries;
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
}

/** Everything known about a file before its first frame. */
export interface FilePlan {
  readonly options: FileSinkOptions;
  /** Size of the encoded picture. */
  readonly size: Size;
  readonly muxer: Muxer;
  readonly support: EncoderSupport;
  readonly encoder: VideoEncoder;
  /** Notes about the picture. */
  readonly notes: readonly string[];
  /** Builds the options from facts that are known only later. */
  readonly encodeOptions: (firstTime: number, sound: Sound, output: string) => EncodeOptions;
}

/**
 * Plans a video file.
 *
 * @throws VeilError ENCODER_UNAVAILABLE, CONFIG_INVALID for an extension that Veil does not support
 */
export async function planFile(options: FileSinkOptions): Promise<FilePlan> {
  const { output, input, encoding, binaries, info, mastering = null, logger } = options;
  const muxer = muxerOf(output);
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const optionsWith =
    ({ encoder, device }: Pick<EncodeOptions, 'encoder' | 'device'>): FilePlan['encodeOptions'] =>
    (firstTime, { tracks, part, lead, silences }, path) => ({
      ...{ encoding, encoder, device, support, muxer, firstTime },
      timeBase: info.timeBase,
      frameRate: info.frameRate,
      endTime: endTimeOf(options),
      sampleAspectRatio: options.sampleAspectRatio,
      color: options.color,
      format: info.format,
      mastering,
      original:
        tracks.length > 0 || options.keepMetadata
          ? { path: input, part, audio: tracks, lead, silences }
          : null,
      keepMetadata: options.keepMetadata,
      output: path,
    });
  const { encoder, device, size, note } = await planEncoder({
    ...{ encoding, info, mastering, support, logger },
    ffmpeg: binaries.ffmpeg.path,
    optionsWith: (hardware) => optionsWith(hardware)(0, NO_SOUND, ''),
  });
  const isPadded = size.width !== info.width || size.height !== info.height;
  const notes = isPadded
    ? [
        `The picture is ${size.width}x${size.height}: ${encoding.codec} needs even sizes, so its edge is repeated.`,
      ]
    : [];
  return {
    ...{ options, size, muxer, support, encoder },
    notes: note === null ? notes : [...notes, note],
    encodeOptions: optionsWith({ encoder, device }),
  };
}

/**
 * Plans a file in encoded parts. Only CPU encoders guarantee that parts from different calls, or different machines,
 * decode alike.
 *
 * @throws VeilError as {@link planFile}
 */
export async function planInParts(options: FileSinkOptions): Promise<FilePlan> {
  const { hw } = options.encoding;
  const plan = await planFile({ ...options, encoding: { ...options.encoding, hw: 'off' } });
  return hw === 'off' ? plan : { ...plan, notes: [...plan.notes, IN_PARTS] };
}

const IN_PARTS =
  'The CPU encodes the picture, since the video is covered in parts: --hw auto is for videos in one piece.';

/** End of the last frame, seconds after the start of the range; null if the original does not state it. */
export function endTimeOf({ probe, start, end }: FileSinkOptions): number | null {
  const duration = probe.video?.duration ?? null;
  if (probe.video === null || duration === null) return null;
  const videoEnd = probe.video.startTime - probe.startTime + duration;
  return Math.min(end ?? Infinity, videoEnd) - (start ?? 0);
}

/**
 * Whether the last frame is written a second time, at the end. Before 4.4, ffmpeg gives the last frame of an .mp4 no
 * duration, so that players drop it. With the copy, the copy is dropped instead.
 */
export function closesLate({ support, muxer }: Pick<FilePlan, 'support' | 'muxer'>): boolean {
  return !support.packetDurations && (muxer === 'mp4' || muxer === 'mov');
}

/** Writes raw frames for ffmpeg. */
export function rawWriter({ size, options }: FilePlan, nominalRate?: Rational): NutWriter {
  const { timeBase, format } = options.info;
  return new NutWriter({
    ...{ ...size, timeBase },
    ...(format === 'gbrp' ? {} : { format }),
    ...(nominalRate === undefined ? {} : { nominalRate }),
  });
}
