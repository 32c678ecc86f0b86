import type { Probe } from './probe.ts';

/** The part of a file that ffmpeg reads, and where its clock begins. */
export interface InputPart {
  /** Options before `-i`. */
  readonly args: readonly string[];
  /** Seconds from the start of the part to what ffmpeg counts as 0; less than 0 where it reads from earlier on. */
  readonly origin: number;
  /** Where the part ends, seconds from what ffmpeg counts as 0, or null. */
  readonly end: number | null;
}

/** How a part is read. */
type Kind = 'picture' | 'sound';

/**
 * Containers whose clock may jump (ffmpeg's AVFMT_TS_DISCONT). Of these ffmpeg counts from the start of the streams that
 * it is asked for, of all others from the start of the file.
 */
const FROM_OWN_START: ReadonlySet<string> = new Set(['mpegts', 'mpeg', 'ogg']);

/**
 * Containers in which ffmpeg finds the picture that frames build on. In others it begins anywhere, and frames up to the
 * next such picture are lost.
 */
const WITH_INDEX = /^(?:mov|matroska|flv|avi|asf|ogg|nut)\b/;

/** Pictures are decoded before they are shown by this at most, seconds. */
const REORDERED = 0.5;
/** Sound may be stored so much earlier than the picture that it belongs to, seconds. */
const AHEAD = 10;

/**
 * How ffmpeg is told to read a part of a file.
 *
 * @param streams those that it is asked for
 * @param part seconds from the start of the file, or null
 */
export function inputPart(
  probe: Pick<Probe, 'format' | 'startTime' | 'video' | 'keyTimes'>,
  kind: Kind,
  streams: readonly { readonly startTime: number }[],
  { start, end }: { readonly start: number | null; readonly end: number | null },
): InputPart {
  const from = start ?? 0;
  const lead = FROM_OWN_START.has(probe.format) ? leadOf(probe, streams) : 0;
  const seek = kind === 'picture' ? pictureSeek(probe, from) : soundSeek(probe, from);
  // Before their start there is nothing to pass over, and some builds count from it even so.
  const isSought = seek > lead;
  const origin = (isSought ? seek : lead) - from;
  return {
    args: isSought ? ['-ss', seek.toFixed(6)] : [],
    origin: Math.abs(origin) < 1e-6 ? 0 : origin,
    end: end === null ? null : end - from - origin,
  };
}

/**
 * The filter that leaves the part alone. Options of the input can't: ffmpeg counts their length from the first frame of
 * each stream, which may come later than the part begins.
 */
export function partFilters({ origin, end }: Pick<InputPart, 'origin' | 'end'>, kind: Kind): string[] {
  const bounds = [
    ...(origin < 0 ? [`start=${(-origin).toFixed(6)}`] : []),
    ...(end === null ? [] : [`end=${Math.max(end, 0).toFixed(6)}`]),
  ];
  return bounds.length === 0 ? [] : [`${kind === 'picture' ? 'trim' : 'atrim'}=${bounds.join(':')}`];
}

/** Where decoding begins for pictures from a time on, seconds from the start of the file. */
function pictureSeek({ format, keyTimes }: Pick<Probe, 'format' | 'keyTimes'>, from: number): number {
  if (WITH_INDEX.test(format)) return from;
  const key = keyTimes.findLast((time) => time <= from);
  return key === undefined ? 0 : Math.max(0, key - REORDERED);
}

/** The same for sound. Before the picture begins, ffmpeg passes over the sound up to there. */
function soundSeek({ video, startTime }: Pick<Probe, 'startTime' | 'video'>, from: number): number {
  const seek = from - AHEAD;
  return seek > (video?.startTime ?? startTime) - startTime ? seek : 0;
}

/** Seconds from the start of the file to that of the first of the streams. */
function leadOf(
  { startTime: fileStart }: Pick<Probe, 'startTime'>,
  streams: readonly { readonly startTime: number }[],
): number {
  return streams.length === 0 ? 0 : Math.min(...streams.map(({ startTime }) => startTime)) - fileStart;
}
