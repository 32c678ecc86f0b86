import type { FfprobeStream } from 'fluent-ffmpeg';
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { VeilError, interrupted } from '../errors.ts';
import type { Rational } from '../frame/frame.ts';
import type { Binaries } from './binaries.ts';
import { patternError, refusePattern } from './file-pattern.ts';
import { readClock, type VideoClock } from './clock-jumps.ts';
import { readTurns } from './turns.ts';
import { chooseVideo, type FurtherVideo } from './choose-video.ts';
import { filmBehind } from './film-behind.ts';
import { hasSecondView } from './second-view.ts';
import type { FfprobeOptions } from './ffprobe-options.ts';
import { runFfprobe } from './run-ffprobe.ts';
import { arrangementOf } from './arrangement.ts';
import { fractionOf, isLong } from './ticks.ts';
import { withCrop } from './container-crop.ts';
import { statedCrops } from './stated-crops.ts';
import type { AudioStream, VideoStream } from './streams.ts';

export type { AudioStream, ColorInfo, VideoStream } from './streams.ts';

/** Facts that a media file states about itself. */
export interface Probe {
  /** ffmpeg's names of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly format: string;
  /** Seconds, or null. */
  readonly duration: number | null;
  readonly startTime: number;
  readonly size: number;
  /** The stream that plays longest, except cover pictures. */
  readonly video: VideoStream | null;
  /** The other such streams. */
  readonly furtherVideos: readonly FurtherVideo[];
  /** All picture streams, including covers. */
  readonly videos: readonly VideoStream[];
  readonly audio: readonly AudioStream[];
  /** Times at which the clock of the video jumps, seconds of playback; its durations are then null. */
  readonly clockJumps: readonly number[];
  /**
   * Key frame times of the video, seconds from the start of the file; for containers without an index, empty for
   * others.
   */
  readonly keyTimes: readonly number[];
  /** Whether the video has a second view, for the other eye, which ffmpeg ignores. */
  readonly hasSecondView: boolean;
  /** Offset of another film behind this one, which players do not reach; null if there is none. */
  readonly filmBehind: number | null;
  /** Kinds of all streams in order; cover pictures as `cover`. */
  readonly streamKinds: readonly string[];
  readonly chapters: number;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Probes a media file.
 *
 * @throws VeilError INPUT_NOT_FOUND, INPUT_UNREADABLE, INPUT_UNSUPPORTED, INPUT_EMPTY, INPUT_NOT_MEDIA,
 *   INTERRUPTED by the signal
 */
export async function probe(
  path: string,
  binaries: Pick<Binaries, 'ffmpeg' | 'ffprobe'>,
  options: FfprobeOptions = {},
): Promise<Probe> {
  const size = await sizeOf(path);
  refusePattern(path);
  const refuse = (cause: unknown): never => {
    throw options.signal?.aborted === true ? interrupted() : notMedia(path, cause);
  };
  const data = await runFfprobe(path, binaries.ffprobe.path, options).catch(refuse);
  if (data.format.format_name === 'image2' && path.includes('%')) {
    throw patternError(path);
  }
  const isTurned = data.streams.some((stream) => (number(stream.rotation) ?? 0) !== 0);
  const turns = isTurned
    ? await readTurns(path, binaries, options.signal).catch(refuse)
    : new Map<number, number>();
  const format = text(data.format.format_name) ?? '';
  const crops = await statedCrops(path, format).catch(refuse);
  const videos = data.streams
    .filter((stream) => stream.codec_type === 'video')
    .map((stream, position) => withCrop(videoStream(stream, turns.get(stream.index) ?? 0), crops[position]));
  const moving = videos.filter(({ index }) => kindOf(data.streams[index]!) === 'video');
  if (videos.length === 0 && (await isMarkup(path))) throw webPage(path);
  const { video, furtherVideos } = await chooseVideo(path, moving, binaries, options.signal);
  const { jumps, keyTimes }: VideoClock =
    video === null
      ? { jumps: [], keyTimes: [] }
      : await readClock(path, { format, stream: video.index }, binaries, options.signal);
  const startTime = number(data.format.start_time) ?? 0;
  const duration = jumps.length > 0 ? null : positive(data.format.duration);
  return {
    format,
    duration,
    startTime,
    size,
    video:
      video === null
        ? null
        : { ...video, duration: jumps.length > 0 ? null : shownDuration(video, format, duration) },
    furtherVideos,
    clockJumps: jumps,
    keyTimes: keyTimes.map((time) => time - startTime),
    filmBehind: await filmBehind(path, format, binaries, options.signal),
    hasSecondView: video?.codec === 'hevc' && format.includes('mov') && (await hasSecondView(path)),
    videos,
    audio: data.streams.filter((stream) => stream.codec_type === 'audio').map(audioStream),
    streamKinds: data.streams.map(kindOf),
    chapters: data.chapters.length,
    tags: tagsOf(data.format.tags),
  };
}

async function sizeOf(path: string): Promise<number> {
  let facts;
  try {
    facts = await stat(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new VeilError('INPUT_NOT_FOUND', `${path} does not exist.`, {
        hint: 'Check the name; quote names with spaces.',
        cause,
      });
    }
    if (code === 'ELOOP') {
      throw new VeilError('INPUT_UNREADABLE', `${path} is a link that leads back to itself.`, {
        hint: 'Give the path of the file itself.',
        cause,
      });
    }
    throw new VeilError('INPUT_UNREADABLE', `${path} can't be read (${code ?? 'unknown reason'}).`, {
      hint: 'Check the permissions of the file and its folder.',
      cause,
    });
  }
  if (facts.isDirectory())
    throw new VeilError('INPUT_UNREADABLE', `${path} is a folder.`, { hint: 'Give a file.' });
  // Pipes and devices might block a probe forever.
  if (!facts.isFile()) {
    throw new VeilError('INPUT_UNSUPPORTED', `${path} is not a regular file.`, {
      hint: 'Copy it into a file first.',
    });
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new VeilError('INPUT_UNREADABLE', `${path} may not be read: permission denied.`, {
      hint: 'Give yourself the right to read it, or copy it elsewhere.',
      cause,
    });
  });
  if (facts.size === 0)
    throw new VeilError('INPUT_EMPTY', `${path} is empty.`, { hint: 'Copy the file again.' });
  return facts.size;
}

function notMedia(path: string, cause: unknown): VeilError {
  return new VeilError('INPUT_NOT_MEDIA', `${path} is not a video that ffmpeg can read, or it is damaged.`, {
    hint: 'Play it to see whether it is whole. A recording that was cut off may lack its index.',
    cause,
  });
}

/** Whether a file is a web page, in which ffprobe may find sound. */
async function isMarkup(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|script)\b/i.test(
    buffer.toString('latin1', 0, bytesRead),
  );
}

function webPage(path: string): VeilError {
  return new VeilError('INPUT_NOT_MEDIA', `${path} is a web page, not a video.`, {
    hint: 'Download the video itself: a browser saved the page around it.',
  });
}

function kindOf(stream: FfprobeStream): string {
  const isCover = stream.codec_type === 'video' && stream.disposition?.['attached_pic'] === 1;
  return isCover ? 'cover' : (stream.codec_type ?? 'unknown');
}

function videoStream(stream: FfprobeStream, rotation: number): VideoStream {
  const pixelFormat = text(stream.pix_fmt) ?? '';
  const rawBits = number(stream.bits_per_raw_sample);
  const tick = rational(stream.time_base) ?? { num: 1, den: 90_000 };
  return {
    index: stream.index,
    codec: text(stream.codec_name) ?? 'unknown',
    width: number(stream.width) ?? 0,
    height: number(stream.height) ?? 0,
    rotation,
    crop: null,
    tick,
    timeBase: isLong(tick) ? fractionOf(tick) : tick,
    frameRate: rational(stream.avg_frame_rate) ?? rational(stream.r_frame_rate) ?? { num: 25, den: 1 },
    sampleAspectRatio: rational(text(stream.sample_aspect_ratio)?.replace(':', '/')) ?? { num: 1, den: 1 },
    pixelFormat,
    // Some containers state the bits of a pixel there.
    bitDepth: pixelFormat === '' ? (rawBits ?? 8) : Math.min(rawBits ?? Infinity, depthOf(pixelFormat)),
    color: {
      range: known(stream.color_range),
      space: known(stream.color_space),
      primaries: known(stream.color_primaries),
      transfer: known(stream.color_transfer),
    },
    fieldOrder: text(stream.field_order) ?? 'unknown',
    frameCount: positive(stream.nb_frames),
    duration: positive(stream.duration),
    startTime: number(stream.start_time) ?? 0,
    ...arrangementOf(stream),
    dolbyVision: number((stream as unknown as Record<string, unknown>)['dv_profile']),
    tags: tagsOf(stream['tags'] as unknown),
  };
}

/**
 * How long a stream plays, seconds. For one that begins later than its .mp4 or .mov, ffmpeg counts the time before as
 * well, up to all that is stored; the file as a whole says when the last of what is played ends.
 */
function shownDuration(
  { duration, startTime }: VideoStream,
  format: string,
  ofFile: number | null,
): number | null {
  if (duration === null || ofFile === null || startTime <= 0 || !format.split(',').includes('mov'))
    return duration;
  const left = ofFile - startTime;
  return left > 0 ? Math.min(duration, left) : duration;
}

/** Bits per sample, from ffmpeg's name of the format, which may end with those of a pixel, or of each colour. */
function depthOf(pixelFormat: string): number {
  const digits = /(\d+)(?:le|be)$/.exec(pixelFormat)?.[1] ?? '8';
  if (['48', '64'].includes(digits)) return 16;
  return ['444', '555', '565'].includes(digits) ? 8 : Number(digits.slice(-2));
}

function audioStream(stream: FfprobeStream): AudioStream {
  const tags = tagsOf(stream['tags'] as unknown);
  const codec = known(stream.codec_name);
  return {
    index: stream.index,
    codec,
    language: tags['language'] === undefined || tags['language'] === 'und' ? null : tags['language'],
    isDefault: stream.disposition?.['default'] === 1,
    bitRate: positive(stream.bit_rate),
    channels: number(stream.channels) ?? 2,
    layout: known(stream.channel_layout),
    sampleRate: positive(stream.sample_rate) ?? 48_000,
    startTime: number(stream.start_time) ?? 0,
    tags,
  };
}

function tagsOf(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null) return {};
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
}

function known(value: unknown): string | null {
  const name = text(value);
  return name === null || ['unknown', 'N/A', 'unspecified', 'reserved', ''].includes(name) ? null : name;
}

function number(value: unknown): number | null {
  const result = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof result === 'number' && Number.isFinite(result) ? result : null;
}

function positive(value: unknown): number | null {
  const result = number(value);
  return result !== null && result > 0 ? result : null;
}

function rational(value: unknown): Rational | null {
  const match = /^(\d+)\/(\d+)$/.exec(text(value) ?? '');
  const [num, den] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  return num > 0 && den > 0 ? { num, den } : null;
}
