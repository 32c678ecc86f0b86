import type { Rational } from '../frame/frame.ts';
import { featuresOf } from './features.ts';
import type { Probe } from './probe.ts';
import { isLong } from './ticks.ts';

/** A part of a file for ffmpeg, and the origin of its clock. */
export interface InputPart {
  /** Options before `-i`. */
  readonly args: readonly string[];
  /** Seconds from the start of the part to ffmpeg's time 0; negative if it reads from earlier on. */
  readonly origin: number;
  /** End of the part, seconds from ffmpeg's time 0, or null. */
  readonly end: number | null;
}

/** Kind of stream to read. */
type Kind = 'picture' | 'sound';

/**
 * Containers whose clock may jump (ffmpeg's AVFMT_TS_DISCONT). For these, ffmpeg counts from the start of the requested
 * streams (for Ogg only some builds do), for all others from the start of the file.
 */
const FROM_OWN_START: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);

/**
 * Containers in which ffmpeg can seek to the key frame before a time. In others it starts at any frame, and frames up
 * to the next key frame are lost.
 */
const WITH_INDEX = /^(?:mov|matroska|flv|avi|asf|ogg|nut)\b/;

/** Largest time between decoding and display of a picture, seconds. */
const REORDERED = 0.5;
/** Audio may be stored this much earlier than its picture, seconds. */
const AHEAD = 10;

/**
 * ffmpeg options for reading a part of a file.
 *
 * @param streams the requested ones
 * @param part seconds from the start of the file, or null
 * @param ffmpeg path of the program
 */
export async function inputPart(
  probe: Pick<Probe, 'format' | 'startTime' | 'video' | 'keyTimes'>,
  kind: Kind,
  streams: readonly { readonly startTime: number }[],
  { start, end }: { readonly start: number | null; readonly end: number | null },
  ffmpeg: string,
): Promise<InputPart> {
  const from = start ?? 0;
  const isFromOwnStart =
    FROM_OWN_START.has(probe.format) ||
    (probe.format === 'ogg' && (await featuresOf(ffmpeg)).oggFromOwnStart);
  const lead = isFromOwnStart ? leadOf(probe, streams) : 0;
  const seek = kind === 'picture' ? pictureSeek(probe, from) : soundSeek(probe, from);
  // Before their start there is nothing to skip, but some builds would count from the seek time anyway.
  const isSought = seek > lead;
  const origin = (isSought ? seek : lead) - from;
  return {
    args: isSought ? ['-ss', seek.toFixed(6)] : [],
    origin: Math.abs(origin) < 1e-6 ? 0 : origin,
    end: end === null ? null : end - from - origin,
  };
}

/**
 * Filters that cut out the part. Input options can't: ffmpeg counts their length from the first frame of each stream,
 * which may be later than the start of the part.
 *
 * @param timeBase of the frames of a picture
 */
export function partFilters(
  { origin, end }: Pick<InputPart, 'origin' | 'end'>,
  kind: Kind,
  timeBase?: Rational,
): string[] {
  const bounds = [
    ...(origin < 0 ? [`start=${(-origin).toFixed(6)}`] : []),
    ...(end === null ? [] : [`end=${Math.max(end, 0).toFixed(6)}`]),
  ];
  if (bounds.length === 0) return [];
  // Bounds are rounded to its unit.
  const unit = timeBase === undefined ? [] : [`settb=${timeBase.num}/${timeBase.den}`];
  return [...unit, `${kind === 'picture' ? 'trim' : 'atrim'}=${bounds.join(':')}`];
}

/** Start of decoding for pictures from a time on, seconds from the start of the file. */
function pictureSeek(
  { format, keyTimes, video }: Pick<Probe, 'format' | 'keyTimes' | 'video'>,
  from: number,
): number {
  if (WITH_INDEX.test(format)) {
    if (video === null || !isLong(video.tick)) return from;
    // ffmpeg shifts the times of frames by whole ticks.
    const seconds = video.tick.num / video.tick.den;
    return Math.max(0, Math.floor((from - REORDERED) / seconds) * seconds);
  }
  const key = keyTimes.findLast((time) => time <= from);
  return key === undefined ? 0 : Math.max(0, key - REORDERED);
}

/** The same for audio. When seeking before the start of the picture, ffmpeg skips the audio up to that. */
function soundSeek({ video, startTime }: Pick<Probe, 'startTime' | 'video'>, from: number): number {
  const seek = from - AHEAD;
  return seek > (video?.startTime ?? startTime) - startTime ? seek : 0;
}

/** Seconds from the start of the file to the start of the first stream. */
function leadOf(
  { startTime: fileStart }: Pick<Probe, 'startTime'>,
  streams: readonly { readonly startTime: number }[],
): number {
  return streams.length === 0 ? 0 : Math.min(...streams.map(({ startTime }) => startTime)) - fileStart;
}
