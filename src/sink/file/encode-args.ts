import type { Codec } from '../../config/codecs.ts';
import type { Encoding } from '../../config/encoding.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { PixelFormat, Rational } from '../../frame/frame.ts';
import type { Mastering } from '../../ffmpeg/mastering.ts';
import { audioArgs, originalInputArgs, type OriginalInput } from './audio-args.ts';
import { colorArgs } from '../color-args.ts';
import type { EncoderSupport, VideoEncoder } from '../encoder-support.ts';
import { deviceArgs, hardwareQualityArgs, uploadArgs, type FramesGiven } from '../hardware/hardware-args.ts';
import { isHardware } from '../hardware/hardware-encoders.ts';
import type { Muxer } from '../muxer.ts';
import { qualityArgs } from '../quality-args.ts';

export interface EncodeOptions {
  readonly encoding: Encoding;
  readonly encoder: VideoEncoder;
  /** Path of the device of a hardware encoder that needs one. */
  readonly device: string | null;
  readonly support: EncoderSupport;
  readonly muxer: Muxer;
  /** Time base of the frames on the pipe. */
  readonly timeBase: Rational;
  /** Approximate frame rate. */
  readonly frameRate: Rational;
  /** Time of the first frame, seconds. */
  readonly firstTime: number;
  /** End of the last frame, seconds; null if unknown. */
  readonly endTime: number | null;
  /** Pixel aspect ratio (width / height). */
  readonly sampleAspectRatio: Rational;
  readonly color: ColorInfo;
  /** Pixel format of the frames on the pipe. */
  readonly format: PixelFormat;
  /** HDR mastering metadata, or null. */
  readonly mastering: Mastering | null;
  /** Null if neither audio nor tags are wanted. */
  readonly original: OriginalInput | null;
  readonly keepMetadata: boolean;
  /** Absolute path of the output file. It exists already, empty, so that no other user can read it. */
  readonly output: string;
}

/**
 * Arguments of the encoder. Input 0 is NUT with raw yuv420p and exact times on stdin, input 1 the original. Only the
 * audio of the original is mapped: no subtitles, data, attachments, cover art or chapters.
 */
export function encodeArgs(options: EncodeOptions): string[] {
  const { original, output } = options;
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    ...deviceArgs(options.device),
    ...pipeInputArgs(options),
    ...(original === null ? [] : originalInputArgs(original)),
    ...['-map', '0:v:0'],
    ...videoArgs(options),
    ...trackArgs(options),
    ...(original === null ? ['-an'] : audioArgs(original)),
    ...metadataArgs(options),
    ...muxerArgs(options),
    // `file:` prevents a name with a colon from being parsed as a protocol, and a leading dash as an option.
    ...['-y', `file:${output}`],
  ];
}

/** The container of a part: NUT keeps exact times, and its packets can be concatenated. */
const PART = ['-f', 'nut', '-write_index', '0'];

/**
 * Seconds by which all parts are delayed for now. Decoding times precede display times; ffmpeg would shift times below
 * 0, but only in the first part.
 */
const LATER = 1000;

/**
 * Arguments of the encoder of a part: only the picture, encoded as by {@link encodeArgs}, with its times in the whole
 * file plus one offset for all parts.
 */
export function partArgs(options: EncodeOptions): string[] {
  return [...pictureArgs(options), '-y', `file:${options.output}`];
}

/** Arguments that encode a few frames as {@link encodeArgs} does, to test the encoder: NUT on stdout. */
export function trialArgs(options: EncodeOptions): string[] {
  return [...pictureArgs(options), 'pipe:1'];
}

function pictureArgs(options: EncodeOptions): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    ...deviceArgs(options.device),
    ...pipeInputArgs({ ...options, firstTime: options.firstTime + LATER, original: null }),
    ...['-map', '0:v:0'],
    ...videoArgs({ ...options, endTime: null, original: null }),
    ...metadataArgs({ ...options, keepMetadata: false }),
    ...PART,
  ];
}

/** Arguments that join encoded parts, which come as one NUT stream on stdin, with the audio of the original. */
export function joinArgs(options: EncodeOptions): string[] {
  const { original, output } = options;
  const filters = endFilters(options);
  const timescale = outputTimescale(options.timeBase, options.muxer);
  // In whole ticks, like the times of the parts: half a tick would be rounded up for some frames and down for others.
  const offset = rounded((options.firstTime + pictureShift(options)) * timescale) / timescale;
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    ...['-itsoffset', offset.toFixed(6)],
    ...['-f', 'nut', '-i', 'pipe:0'],
    ...(original === null ? [] : originalInputArgs(original)),
    ...['-map', '0:v:0', '-c:v', 'copy'],
    ...(filters.length === 0 ? [] : ['-bsf:v', filters.join(',')]),
    ...trackArgs(options),
    ...(original === null ? ['-an'] : audioArgs(original)),
    ...metadataArgs(options),
    ...muxerArgs(options),
    ...['-y', `file:${output}`],
  ];
}

/** Rounds as ffmpeg does: halves away from 0. */
function rounded(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/**
 * Denominator of the output's time base. In .mp4 and .mov the source's time base is a multiple of the output's, so that
 * times stay exact, and it is fine enough for the edit list; above a million ticks per second times are rounded to
 * 0.5 µs. Matroska counts in milliseconds.
 */
export function outputTimescale(timeBase: Rational, muxer: Muxer): number {
  if (muxer === 'matroska' || muxer === 'webm') return 1000;
  if (timeBase.den > 1_000_000) return 1_000_000;
  let timescale = timeBase.den;
  while (timescale < 10_000) timescale *= 2;
  return timescale;
}

/** Shift of the picture on its way through ffmpeg that keeps it in sync with the audio, seconds. */
function pictureShift({ original }: EncodeOptions): number {
  return original === null ? 0 : -(original.part.origin + original.lead);
}

function pipeInputArgs(options: EncodeOptions): string[] {
  return [
    // ffmpeg shifts each input to start at 0. The offset restores the sync of the first frame with the audio.
    ...['-itsoffset', (options.firstTime + pictureShift(options)).toFixed(6)],
    // A short queue of raw frames is enough; the default of 8 takes 100 MB at 4K.
    ...['-thread_queue_size', '3'],
    ...['-f', 'nut', '-i', 'pipe:0'],
  ];
}

function videoArgs(options: EncodeOptions): string[] {
  const { encoder, support, timeBase, muxer } = options;
  const filters = bitstreamFilters(options);
  const { quality, pixelFormat, filters: around } = encoderArgs(options);
  return [
    ...['-c:v', encoder, ...quality],
    ...(pixelFormat === null ? [] : ['-pix_fmt', pixelFormat]),
    // Every frame keeps its time, and is neither duplicated nor dropped.
    ...(support.fpsMode ? ['-fps_mode:v', 'passthrough'] : ['-vsync', 'passthrough']),
    // Otherwise the encoder counts in 1/(frame rate), which shifts frames of variable rate.
    ...['-enc_time_base:v', `1/${outputTimescale(timeBase, muxer)}`],
    ...colorArgs(options.color, support, options.sampleAspectRatio, around),
    ...(filters.length === 0 ? [] : ['-bsf:v', filters.join(',')]),
  ];
}

/** Options that differ between encoders: quality, and the format of their input frames. */
function encoderArgs(options: EncodeOptions): FramesGiven & { readonly quality: readonly string[] } {
  const { encoder, encoding, format } = options;
  if (isHardware(encoder)) {
    const quality = hardwareQualityArgs(encoder, encoding, format === 'yuv420p10' ? 10 : 8);
    return { quality, ...uploadArgs(encoder, format) };
  }
  const pixelFormat = format === 'yuv420p10' ? 'yuv420p10le' : encoding.pixelFormat;
  return { quality: qualityArgs(encoder, encoding, options), pixelFormat, filters: { first: [], last: [] } };
}

function trackArgs({ encoding, muxer }: EncodeOptions): string[] {
  return [
    // Apple's players accept HEVC only with this tag.
    ...(encoding.codec === 'h265' && (muxer === 'mp4' || muxer === 'mov') ? ['-tag:v', 'hvc1'] : []),
    ...['-disposition:v:0', 'default'],
  ];
}

function bitstreamFilters(options: EncodeOptions): string[] {
  return [...unitFilters(options), ...endFilters(options)];
}

/**
 * Removes encoders' messages about themselves: x264 writes its version, settings and thread count as an SEI message
 * into the first frame, VAAPI those of the driver; those of other hardware encoders are unknown. Players need none of
 * these messages.
 */
function unitFilters({ encoder, encoding }: EncodeOptions): string[] {
  if (encoder !== 'libx264' && !isHardware(encoder)) return [];
  return [`filter_units=remove_types=${MESSAGES[encoding.codec]}`];
}

/** Unit types of messages: SEI before and after a picture, and AV1's metadata. */
const MESSAGES: Readonly<Record<Codec, string>> = { h264: '6', h265: '39|40', av1: '5', vp9: '' };

/**
 * Raw frames have no duration, and ffmpeg guesses that of the last one from the average, or of a single one from the unit
 * of time (before 4.4: none). The last packet is not known in advance, but muxers take a frame's duration from its
 * successor, and the end from the latest. So all frames get a duration up to the end of the video; where that is not
 * known, that of one frame. A frame beyond that end keeps the guess.
 */
function endFilters(options: EncodeOptions): string[] {
  const { support, endTime, timeBase, frameRate, muxer } = options;
  if (!support.packetDurations) return [];
  const timescale = outputTimescale(timeBase, muxer);
  const frame = Math.max(1, Math.round((timescale * frameRate.den) / frameRate.num));
  if (endTime === null) return [`setts=pts=PTS:dts=DTS:duration=${frame}`];
  const end = Math.round((endTime + pictureShift(options)) * timescale);
  return [`setts=pts=PTS:dts=DTS:duration='if(gt(${end},PTS),${end}-PTS,DURATION)'`];
}

function metadataArgs({ keepMetadata, original }: EncodeOptions): string[] {
  return [
    // Also removes tags of streams and chapters. The video stream's are never restored: one of them is the rotation.
    ...['-map_metadata', '-1', '-map_chapters', '-1'],
    ...(keepMetadata && original !== null ? ['-map_metadata:g', '1:g'] : []),
    // Otherwise ffmpeg writes its version into file and streams.
    ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'],
  ];
}

function muxerArgs({ muxer, timeBase, support, keepMetadata, original }: EncodeOptions): string[] {
  const isMov = muxer === 'mp4' || muxer === 'mov';
  const timescale = String(outputTimescale(timeBase, muxer));
  return [
    // Audio waits here while the video encoder looks ahead; by default ffmpeg fails after 128 packets.
    ...['-max_muxing_queue_size', '65536'],
    ...(original === null || original.part.origin === 0
      ? []
      : ['-output_ts_offset', original.part.origin.toFixed(6)]),
    // Old builds shift times below 0, such as those of AAC, only behind the first frame if it comes before the sound.
    ...(muxer === 'matroska' && original !== null && !support.packetDurations
      ? ['-avoid_negative_ts', 'make_non_negative']
      : []),
    ...(isMov ? ['-video_track_timescale', timescale] : []),
    // Track starts are rounded to this unit, 1 ms by default.
    ...(isMov && support.movieTimescale ? ['-movie_timescale', timescale] : []),
    ...(isMov ? ['-write_tmcd', '0'] : []),
    // +faststart puts the index first, so that the file plays while it is loading.
    ...(isMov ? ['-movflags', keepMetadata ? '+faststart+use_metadata_tags' : '+faststart'] : []),
    ...['-f', muxer],
  ];
}
