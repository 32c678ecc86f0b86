import type { Probe } from './probe.ts';

/** The part of a file that ffmpeg reads, and where its clock begins. */
export interface InputPart {
  /** Options before `-i`. */
  readonly args: readonly string[];
  /** Seconds from the start of the part to what ffmpeg counts as 0. */
  readonly origin: number;
}

/**
 * Containers whose clock may jump (ffmpeg's AVFMT_TS_DISCONT). Of these ffmpeg counts from the start of the streams that
 * it is asked for, of all others from the start of the file.
 */
const FROM_OWN_START: ReadonlySet<string> = new Set(['mpegts', 'mpeg', 'ogg']);

/**
 * How ffmpeg is told to read a part of a file.
 *
 * @param streams those that it is asked for
 * @param part seconds from the start of the file, or null
 */
export function inputPart(
  { format, startTime }: Pick<Probe, 'format' | 'startTime'>,
  streams: readonly { readonly startTime: number }[],
  { start, end }: { readonly start: number | null; readonly end: number | null },
): InputPart {
  const lead = FROM_OWN_START.has(format) ? leadOf(startTime, streams) : 0;
  // Before their start there is nothing to pass over, and some builds count from it even so.
  if (lead > 0 && (start ?? 0) <= lead) {
    return { args: length(end === null ? null : Math.max(end - lead, 0.001)), origin: lead - (start ?? 0) };
  }
  return {
    args: [
      ...(start === null ? [] : ['-ss', start.toFixed(6)]),
      ...length(end === null ? null : end - (start ?? 0)),
    ],
    origin: 0,
  };
}

/** Seconds from the start of the file to that of the first of the streams. */
function leadOf(fileStart: number, streams: readonly { readonly startTime: number }[]): number {
  return streams.length === 0 ? 0 : Math.min(...streams.map(({ startTime }) => startTime)) - fileStart;
}

/** -t, because -to before an input is younger than the builds we support. */
function length(seconds: number | null): string[] {
  return seconds === null ? [] : ['-t', seconds.toFixed(6)];
}
