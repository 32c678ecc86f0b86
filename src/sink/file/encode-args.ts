import type { Encoding } from '../../config/encoding.ts';
import { partFilters, type InputPart } from '../../ffmpeg/input-part.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { PixelFormat, Rational } from '../../frame/frame.ts';
import type { Mastering } from '../../ffmpeg/mastering.ts';
import type { PlannedAudio } from './audio-plan.ts';
import { silenceFilters, type Span } from './silence.ts';
import { colorArgs } from '../color-args.ts';
import type { EncoderSupport, VideoEncoder } from '../encoder-support.ts';
import type { Muxer } from '../muxer.ts';
import { qualityArgs } from '../quality-args.ts';

/** The original file, for its sound and, where asked for, its tags. */
export interface OriginalInput {
  readonly path: string;
  /** The part that is read for the sound. */
  readonly part: InputPart;
  readonly audio: readonly PlannedAudio[];
  /** Seconds by which this muxer will play the sound too early. */
  readonly lead: number;
  /** Silenced times, seconds from the start of the part. */
  readonly silences: readonly Span[];
}

export interface EncodeOptions {
  readonly encoding: Encoding;
  readonly encoder: VideoEncoder;
  readonly support: EncoderSupport;
  readonly muxer: Muxer;
  /** Time base of the frames on the pipe. */
  readonly timeBase: Rational;
  /** About, a second. */
  readonly frameRate: Rational;
  /** Time of the first frame, seconds. */
  readonly firstTime: number;
  /** Time when the last frame ends, seconds, or null when unknown. */
  readonly endTime: number | null;
  /** Width of a pixel by its height. */
  readonly sampleAspectRatio: Rational;
  readonly color: ColorInfo;
  /** Of the frames on the pipe. */
  readonly format: PixelFormat;
  /** What HDR was mastered for, or null. */
  readonly mastering: Mastering | null;
  /** Null where neither sound nor tags are wanted. */
  readonly original: OriginalInput | null;
  readonly keepMetadata: boolean;
  /** Absolute path of the file that ffmpeg writes. It exists already, empty, so that no other user can read it. */
  readonly output: string;
}

/**
 * The arguments of the encoder. Input 0 is NUT with raw yuv420p and exact times on stdin, input 1 the original.
 * Nothing of the original is mapped but its sound: no subtitles, data, attachments, cover art or chapters.
 */
export function encodeArgs(options: EncodeOptions): string[] {
  const { original, output } = options;
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    ...pipeInputArgs(options),
    ...(original === null ? [] : originalInputArgs(original)),
    ...['-map', '0:v:0'],
    ...videoArgs(options),
    ...trackArgs(options),
    ...(original === null ? ['-an'] : audioArgs(original)),
    ...metadataArgs(options),
    ...muxerArgs(options),
    // file: keeps names with a colon from being read as a protocol, and a leading dash from being an option.
    ...['-y', `file:${output}`],
  ];
}

/** The container of a part: NUT keeps times exact, and its packets can be strung together. */
const PART = ['-f', 'nut', '-write_index', '0'];

/**
 * Seconds by which parts are later than they will be. Frames are decoded before they are shown: what would come before 0
 * is moved, in the first part alone.
 */
const LATER = 1000;

/**
 * The arguments of the encoder of a part of an output: the picture alone, encoded as {@link encodeArgs} has it encoded,
 * with the times that it has in the whole, but for one offset of all parts.
 */
export function partArgs(options: EncodeOptions): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    ...pipeInputArgs({ ...options, firstTime: options.firstTime + LATER, original: null }),
    ...['-map', '0:v:0'],
    ...videoArgs({ ...options, endTime: null, original: null }),
    ...metadataArgs({ ...options, keepMetadata: false }),
    ...PART,
    ...['-y', `file:${options.output}`],
  ];
}

/** The arguments that put encoded parts, which come as one NUT stream on stdin, and the sound of the original together. */
export function joinArgs(options: EncodeOptions): string[] {
  const { original, output } = options;
  const filters = endFilters(options);
  const timescale = outputTimescale(options.timeBase, options.muxer);
  // In whole ticks, as the times of the parts are: half a tick would be rounded up for some frames and down for others.
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

/** As ffmpeg rounds: halves away from 0. */
function rounded(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/**
 * Unit of the output's timestamps, one tick in 1/n seconds. In .mp4 and .mov it divides the source's time base,
 * so that its times stay exact, and is fine enough for the edit list; above a million ticks a second it rounds,
 * to 0.5 µs. Matroska counts in milliseconds.
 */
export function outputTimescale(timeBase: Rational, muxer: Muxer): number {
  if (muxer === 'matroska' || muxer === 'webm') return 1000;
  if (timeBase.den > 1_000_000) return 1_000_000;
  let timescale = timeBase.den;
  while (timescale < 10_000) timescale *= 2;
  return timescale;
}

/** Seconds by which the picture is moved on its way through ffmpeg, so that it comes out where it was beside the sound. */
function pictureShift({ original }: EncodeOptions): number {
  return original === null ? 0 : -(original.part.origin + original.lead);
}

function pipeInputArgs(options: EncodeOptions): string[] {
  return [
    // ffmpeg moves each input to start at 0. The offset puts the first frame back where it was beside the sound.
    ...['-itsoffset', (options.firstTime + pictureShift(options)).toFixed(6)],
    // A few raw frames are enough of a queue; the default of 8 holds 100 MB at 4K.
    ...['-thread_queue_size', '3'],
    ...['-f', 'nut', '-i', 'pipe:0'],
  ];
}

function originalInputArgs({ path, part }: OriginalInput): string[] {
  return [
    // A playlist or an image sequence must not make ffmpeg open other files or the network.
    ...['-protocol_whitelist', 'file'],
    ...part.args,
    ...['-i', `file:${path}`],
  ];
}

function videoArgs(options: EncodeOptions): string[] {
  const { encoder, encoding, support, timeBase, muxer } = options;
  const filters = bitstreamFilters(options);
  return [
    ...['-c:v', encoder, ...qualityArgs(encoder, encoding, options)],
    ...['-pix_fmt', options.format === 'yuv420p10' ? 'yuv420p10le' : encoding.pixelFormat],
    // Every frame leaves with the time it came with: none doubled, none dropped.
    ...(support.fpsMode ? ['-fps_mode:v', 'passthrough'] : ['-vsync', 'passthrough']),
    // Else the encoder counts in 1/(frame rate), which moves frames of variable rate.
    ...['-enc_time_base:v', `1/${outputTimescale(timeBase, muxer)}`],
    ...colorArgs(options.color, support, options.sampleAspectRatio),
    ...(filters.length === 0 ? [] : ['-bsf:v', filters.join(',')]),
  ];
}

function trackArgs({ encoding, muxer }: EncodeOptions): string[] {
  return [
    // Apple's players know HEVC by this name only.
    ...(encoding.codec === 'h265' && (muxer === 'mp4' || muxer === 'mov') ? ['-tag:v', 'hvc1'] : []),
    ...['-disposition:v:0', 'default'],
  ];
}

function bitstreamFilters(options: EncodeOptions): string[] {
  return [
    // x264 writes its version, settings and thread count as an SEI message into the first frame.
    ...(options.encoder === 'libx264' ? ['filter_units=remove_types=6'] : []),
    ...endFilters(options),
  ];
}

function endFilters(options: EncodeOptions): string[] {
  const { support, endTime, timeBase, muxer } = options;
  if (endTime === null || !support.packetDurations) return [];
  return [lastsUntil(Math.round((endTime + pictureShift(options)) * outputTimescale(timeBase, muxer)))];
}

/**
 * Raw frames carry no duration, and ffmpeg guesses that of the last one from the average (before 4.4: none). Which
 * packet is the last cannot be known in advance, but muxers take the duration of a frame from its successor, and
 * the end from the latest: all are told to last until the end of the video. One that ends later keeps the guess.
 */
function lastsUntil(end: number): string {
  return `setts=pts=PTS:dts=DTS:duration='if(gt(${end},PTS),${end}-PTS,DURATION)'`;
}

function audioArgs({ audio, silences, part }: OriginalInput): string[] {
  // By the clock of this input.
  const silent = silences.map(([from, to]): Span => [from - part.origin, to - part.origin]);
  return audio.flatMap(({ index, encoder, bitRate, language, isDefault }, position) => [
    ...['-map', `1:${index}`],
    ...[`-c:a:${position}`, encoder],
    ...(bitRate === null
      ? []
      : [`-b:a:${position}`, String(bitRate), `-filter:a:${position}`, audioFilter(encoder, silent, part)]),
    ...(language === null ? [] : [`-metadata:s:a:${position}`, `language=${language}`]),
    ...[`-disposition:a:${position}`, isDefault ? 'default' : '0'],
  ]);
}

/**
 * Encoders count samples and forget gaps, so gaps are filled with silence to keep the sound in time: from 20 ms,
 * which is above the jitter of rounded timestamps. The layouts are those that the encoders know.
 */
function audioFilter(encoder: string, silences: readonly Span[], part: InputPart): string {
  const layouts = encoder === 'aac' ? 'mono|stereo|3.0|4.0|5.0|5.1|7.1(wide)' : 'mono|stereo|5.1|7.1';
  return [
    ...partFilters(part, 'sound'),
    'aresample=async=1:min_hard_comp=0.02',
    ...silenceFilters(silences),
    `aformat=channel_layouts=${layouts}`,
  ].join(',');
}

function metadataArgs({ keepMetadata, original }: EncodeOptions): string[] {
  return [
    // Covers streams and chapters as well. The video stream's tags never come back: one of them is the rotation.
    ...['-map_metadata', '-1', '-map_chapters', '-1'],
    ...(keepMetadata && original !== null ? ['-map_metadata:g', '1:g'] : []),
    // Else ffmpeg signs file and streams with its version.
    ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'],
  ];
}

function muxerArgs({ muxer, timeBase, support, keepMetadata, original }: EncodeOptions): string[] {
  const isMov = muxer === 'mp4' || muxer === 'mov';
  const timescale = String(outputTimescale(timeBase, muxer));
  return [
    // Sound waits here while the video encoder looks ahead; the default gives up after 128 packets.
    ...['-max_muxing_queue_size', '65536'],
    ...(original === null || original.part.origin === 0
      ? []
      : ['-output_ts_offset', original.part.origin.toFixed(6)]),
    ...(isMov ? ['-video_track_timescale', timescale] : []),
    // The start of a track is rounded to this unit, 1 ms by default.
    ...(isMov && support.movieTimescale ? ['-movie_timescale', timescale] : []),
    ...(isMov ? ['-write_tmcd', '0'] : []),
    // +faststart puts the index first, so that the file plays while it loads.
    ...(isMov ? ['-movflags', keepMetadata ? '+faststart+use_metadata_tags' : '+faststart'] : []),
    ...['-f', muxer],
  ];
}
