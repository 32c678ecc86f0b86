import { interrupted } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { DamagedPlaces } from '../../ffmpeg/damaged-places.ts';
import { inputPart } from '../../ffmpeg/input-part.ts';
import type { AudioStream, Probe } from '../../ffmpeg/probe.ts';
import { startFfmpeg } from '../../ffmpeg/process.ts';

/** Sound in which damage is searched. */
export interface HeardSound {
  /** Path of the original. */
  readonly input: string;
  readonly probe: Probe;
  /** Part of the original, seconds, or null. */
  readonly start: number | null;
  readonly end: number | null;
  readonly binaries: Pick<Binaries, 'ffmpeg'>;
}

/**
 * Decodes audio tracks once to find damage: copying notices none, and encoders fill gaps without a word.
 *
 * @param indexes of the tracks, among all streams of the file
 * @returns doubts, a sentence each, with times from the start of the part
 * @throws VeilError INTERRUPTED
 */
export async function damageDoubts(
  sound: HeardSound,
  indexes: readonly number[],
  signal: AbortSignal,
): Promise<string[]> {
  const doubts: string[] = [];
  for (const [position, track] of sound.probe.audio.entries()) {
    if (!indexes.includes(track.index)) continue;
    const places = await placesIn(sound, track, signal);
    if (places !== null)
      doubts.push(
        `Audio track ${position + 1} is damaged at about ${places}: its sound may be missing or distorted there.`,
      );
  }
  return doubts;
}

async function placesIn(
  { input, probe, start, end, binaries }: HeardSound,
  track: AudioStream,
  signal: AbortSignal,
): Promise<string | null> {
  // From the beginning, even for a part: after a seek some decoders miss what precedes.
  const whole = await inputPart(probe, 'sound', [track], { start: null, end: null }, binaries.ffmpeg.path);
  const notes = new SoundDamage({
    origin: whole.origin - (start ?? 0),
    length: end === null ? Infinity : end - (start ?? 0),
    isCutAnywhere: CUT_ANYWHERE.has(probe.format),
  });
  const listener = startFfmpeg(binaries.ffmpeg.path, hearArgs(input, track.index), {
    signal,
    onLine: (line) => {
      notes.addLine(line);
    },
  });
  await listener.exited;
  if (signal.aborted) throw interrupted();
  return notes.text();
}

/** Seconds between two reported times. */
const STEP = 0.1;

function hearArgs(path: string, index: number): string[] {
  // A line for each time, among those about damage.
  const clock = `aselect='isnan(prev_selected_t)+gte(t-prev_selected_t,${STEP})',ashowinfo`;
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'level+info', '-protocol_whitelist', 'file'],
    ...['-i', `file:${path}`, '-map', `0:${index}`, '-af', clock, '-f', 'null', '-'],
  ];
}

/** Recordings of broadcasts begin and end within a frame. */
const CUT_ANYWHERE: ReadonlySet<string> = new Set(['mpegts', 'mpeg']);
/** Messages about a frame that such an end cuts. */
const OF_CUT_FRAME = 2;

/**
 * What ffmpeg says of a packet or frame that can't be decoded; the texts differ between versions. Decoders' other errors
 * and warnings are about oddities in whole files as well.
 */
const DAMAGE =
  /\[(?:error|fatal|panic)\] (?:error while decoding stream|error submitting packet|decoding error|error decoding|overread|decode_frame\(\) failed)|\[warning\] .*: corrupt decoded frame/i;

interface SoundPart {
  /** Seconds from the start of the part to ffmpeg's time 0. */
  readonly origin: number;
  /** Seconds. */
  readonly length: number;
  /** Whether the sound may begin and end within a frame: neither is damage. */
  readonly isCutAnywhere: boolean;
}

/** Collects damage of one track from the lines of ffmpeg with `ashowinfo`. */
export class SoundDamage {
  readonly #part: SoundPart;
  readonly #places = new DamagedPlaces();
  #now: number | null = null;
  /** The latest damage; `to` is the time of the next frame, once there is one. */
  #latest: { readonly from: number | null; to: number | null; messages: number } | null = null;

  constructor(part: SoundPart) {
    this.#part = part;
  }

  /** Adds a line of `ffmpeg -v level+info`. */
  addLine(line: string): void {
    const time = /\bpts_time:(-?[\d.]+)/.exec(line)?.[1];
    if (time !== undefined) this.#advanceTo(Number(time) + this.#part.origin);
    else if (DAMAGE.test(line)) this.#addMessage();
  }

  /** The places for a sentence; null without damage. To be asked once, after all lines. */
  text(): string | null {
    const isCut = this.#now !== null && (this.#latest?.messages ?? 0) <= OF_CUT_FRAME;
    if (!(this.#part.isCutAnywhere && isCut)) this.#addLatest();
    return this.#places.text();
  }

  #addMessage(): void {
    if (this.#latest !== null && this.#latest.to !== null) this.#addLatest();
    this.#latest ??= { from: this.#now, to: null, messages: 0 };
    this.#latest.messages += 1;
  }

  #advanceTo(time: number): void {
    this.#now = time;
    if (this.#latest === null) return;
    if (this.#latest.to !== null) this.#addLatest();
    else if (this.#part.isCutAnywhere && this.#latest.from === null) this.#latest = null;
    else this.#latest.to = time;
  }

  #addLatest(): void {
    if (this.#latest === null) return;
    const { length } = this.#part;
    const from = this.#latest.from ?? 0;
    const to = Math.max(from, this.#latest.to ?? from);
    if (to >= 0 && from <= length) this.#places.add(Math.max(0, from), Math.min(length, to));
    this.#latest = null;
  }
}
