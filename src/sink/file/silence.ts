import { VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { loudestSample } from '../../ffmpeg/loudest-sample.ts';
import { probe } from '../../ffmpeg/probe.ts';

/** A part of a file, seconds. */
export type Span = readonly [from: number, to: number];

/** Additional mute on either side, seconds: encoders smear audio, AAC over 43 ms at 48 kHz. */
const MARGIN = 0.05;
/** Samples per mute step. */
const STEP = 128;
/** Maximum level of encoded silence, decibels of full scale. */
const SILENT = -60;
/** Decoding starts this much earlier, seconds: the first packet after a seek lacks its context. */
const RUN_UP = 0.5;

/** The spans by the clock of a part of the file, without those outside it. */
export function spansWithin(
  spans: readonly Span[],
  { start, end }: { readonly start: number | null; readonly end: number | null },
): Span[] {
  return spans
    .map(([from, to]): Span => [
      Math.max(0, from - (start ?? 0)),
      Math.min(to, end ?? Infinity) - (start ?? 0),
    ])
    .filter(([from, to]) => to > from);
}

/** Filters that mute the spans, and 50 ms on either side. */
export function silenceFilters(spans: readonly Span[]): string[] {
  if (spans.length === 0) return [];
  const within = spans.map(
    ([from, to]) => `between(t,${(from - MARGIN).toFixed(4)},${(to + MARGIN).toFixed(4)})`,
  );
  // The volume applies to whole packets, and packets may last a second.
  return [`asetnsamples=n=${STEP}:p=0`, `volume=volume=0:enable='${within.join('+')}'`];
}

/** Notes for the user about muted spans, a sentence each. */
export function mutedNotes(
  spans: readonly Span[],
  part: { readonly start: number | null; readonly end: number | null },
  hasSound: boolean,
): string[] {
  if (spans.length === 0) return [];
  if (!hasSound) return ['There is no sound, so nothing had to be silenced.'];
  const isOutside = (span: Span): boolean => spansWithin([span], part).length === 0;
  const inside = spansText(spans.filter((span) => !isOutside(span)));
  const outside = spansText(spans.filter(isOutside));
  return [
    ...(inside === '' ? [] : [`All sound is silent at ${inside}.`]),
    ...(outside === '' ? [] : [`Of ${outside} nothing is written: that lies outside of --start and --end.`]),
  ];
}

/**
 * Refuses times beyond the end: the user must have taken them from another file.
 *
 * @param duration of the original, seconds
 * @throws VeilError CONFIG_INVALID
 */
export function refuseBeyond(spans: readonly Span[], input: string, duration: number): void {
  const beyond = spans.filter(([from]) => from >= duration);
  if (beyond.length === 0) return;
  throw new VeilError(
    'CONFIG_INVALID',
    `There is nothing to silence at ${spansText(beyond)}: ${input} ends at ${duration.toFixed(1)} s.`,
    { hint: 'Correct the times of --mute; they count from the start of the input.' },
  );
}

function spansText(spans: readonly Span[]): string {
  return spans.map(([from, to]) => `${seconds(from)}-${seconds(to)} s`).join(', ');
}

/** To hundredths, or tenths if that says it all. */
function seconds(time: number): string {
  return time.toFixed(2).replace(/(\.\d)0$/, '$1');
}

/** A finished file, and the times that must be silent in it. */
export interface SilenceCheck {
  readonly path: string;
  /** For the message. */
  readonly name: string;
  readonly binaries: Pick<Binaries, 'ffmpeg' | 'ffprobe'>;
  /** Seconds by the clock of the frames. */
  readonly silences: readonly Span[];
  /** Of the first frame, by that clock. */
  readonly firstTime: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes the muted parts of a finished file, and checks that they are silent.
 *
 * @throws VeilError OUTPUT_CHECK_FAILED, DECODER_FAILED, INTERRUPTED
 */
export async function checkSilence(check: SilenceCheck): Promise<void> {
  const { path, name, binaries, silences, firstTime, signal } = check;
  const { video, audio, startTime } = await probe(path, binaries, { signal });
  // Muxers shift a file to start at 0.
  const shift = (video?.startTime ?? startTime) - startTime - firstTime;
  for (const { index } of audio) {
    for (const [from, to] of silences) {
      const begin = Math.max(0, from + shift - RUN_UP);
      const part = [from, to].map((time) => Math.max(0, time + shift - begin).toFixed(4));
      const loudest = await loudestSample(binaries.ffmpeg.path, {
        ...{ path, index, signal },
        input: ['-ss', begin.toFixed(4), '-t', (to + shift - begin).toFixed(4)],
        filters: [`atrim=start=${part[0]!}:end=${part[1]!}`],
      });
      if (loudest <= SILENT) continue;
      throw new VeilError(
        'OUTPUT_CHECK_FAILED',
        `${name} did not pass the last check: sound is left between ${seconds(from)} and ${seconds(to)} s.`,
        { hint: 'Nothing was left behind. Please report this with the output of veil doctor.' },
      );
    }
  }
}
