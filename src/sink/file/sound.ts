import type { Binaries } from '../../ffmpeg/binaries.ts';
import { inputPart, type InputPart } from '../../ffmpeg/input-part.ts';
import { listPackets } from '../../ffmpeg/packets.ts';
import { soundEndsAt } from '../../ffmpeg/sound-end.ts';
import type { AudioStream, Probe } from '../../ffmpeg/probe.ts';
import type { EncoderSupport } from '../encoder-support.ts';
import type { Muxer } from '../muxer.ts';
import {
  NOTHING_KNOWN,
  planAudio,
  type AudioPlan,
  type EncodingReason,
  type KnownSound,
} from './audio-plan.ts';
import { readKnownSound } from './hidden-sound.ts';
import { opusLead } from './opus-lead.ts';
import { mutedNotes, refuseBeyond, spansWithin, type Span } from './silence.ts';

export interface SoundOptions {
  /** Path of the original. */
  readonly input: string;
  readonly probe: Probe;
  readonly audio: 'keep' | 'drop';
  /** Part of the original, seconds, or null. */
  readonly start: number | null;
  readonly end: number | null;
  /** What is silenced, seconds from the start of the original. */
  readonly mute?: readonly Span[];
  readonly muxer: Muxer;
  readonly support: EncoderSupport;
  readonly binaries: Pick<Binaries, 'ffmpeg' | 'ffprobe'>;
}

/** The sound of an output. */
export interface Sound extends AudioPlan {
  /** What is read of the original for it. */
  readonly part: InputPart;
  /** Seconds by which the muxer will play it too early. */
  readonly lead: number;
  /** What is silenced, seconds from the start of the part. */
  readonly silences: readonly Span[];
}

/** Of a file without sound. */
export const NO_SOUND: Sound = {
  ...{ tracks: [], notes: [], silences: [], lead: 0 },
  part: { args: [], origin: 0, end: null },
};

/**
 * Decides what becomes of the sound. What can be refused is refused at once; what takes reading the file goes on beside
 * other work.
 *
 * @returns the decision, and an end to the work on it
 * @throws VeilError ENCODER_UNAVAILABLE, CONFIG_INVALID where nothing is to be silenced; the promise rejects with it too, and with INPUT_UNREADABLE, DECODER_FAILED and
 *   INTERRUPTED
 */
export function planSound(options: SoundOptions, signal: AbortSignal | undefined): PlannedSound {
  const { muxer, support, probe, audio, input, mute = [] } = options;
  if (audio === 'keep' && probe.audio.length > 0 && probe.duration !== null)
    refuseBeyond(mute, input, probe.duration);
  planAudio(audio === 'keep' ? probe.audio : [], muxer, reasonToEncode(options), NOTHING_KNOWN, support);
  const controller = new AbortController();
  const signals = signal === undefined ? [controller.signal] : [controller.signal, signal];
  const settled = settle(options, AbortSignal.any(signals));
  // Thrown where it is waited for, which may be later or never.
  settled.catch(() => undefined);
  return {
    settled,
    stop: () => {
      controller.abort();
    },
  };
}

/** A decision on the sound that takes a while, and an end to the work on it. */
export interface PlannedSound {
  readonly settled: Promise<Sound>;
  readonly stop: () => void;
}

function reasonToEncode({ start, end, mute = [] }: SoundOptions): EncodingReason {
  if (start !== null || end !== null) return 'a cut must be exact';
  return mute.length > 0 ? 'part of it is silenced' : null;
}

async function settle(options: SoundOptions, signal: AbortSignal): Promise<Sound> {
  const { input, probe, muxer, support, start, end, binaries, mute = [] } = options;
  const tracks = options.audio === 'keep' ? probe.audio : [];
  const why = reasonToEncode(options);
  if (mute.length > 0 && tracks.length > 0 && probe.duration === null)
    refuseBeyond(mute, input, (await soundEndsAt(input, binaries, signal)) - probe.startTime);
  const known = tracks.length === 0 ? NOTHING_KNOWN : await knownSound(options, tracks, signal);
  const plan = planAudio(tracks, muxer, why, known, support);
  const kept = tracks.filter(({ index }) => plan.tracks.some((planned) => planned.index === index));
  const silences = spansWithin(mute, { start, end });
  return {
    ...plan,
    notes: [...plan.notes, ...mutedNotes(mute, options, plan.tracks.length > 0)],
    silences,
    part: inputPart(probe, 'sound', kept, { start, end }),
    lead: await opusLead(plan.tracks, muxer, support, { path: input, tracks, binaries }),
  };
}

async function knownSound(
  options: SoundOptions,
  tracks: readonly AudioStream[],
  signal: AbortSignal,
): Promise<KnownSound> {
  const { input, probe, binaries } = options;
  // What is encoded anew has nothing hidden, but may be without sound.
  return reasonToEncode(options) === null
    ? readKnownSound(input, tracks, { binaries, format: probe.format, signal })
    : { ...NOTHING_KNOWN, silent: await tracksSilentIn(options, tracks, signal) };
}

/** Less sound than this is none, seconds: about a packet of it. */
const LEAST = 0.03;

/** The tracks, by index, that have no sound in the part: ffmpeg writes no track then. */
async function tracksSilentIn(
  { input, probe, start, end, binaries }: SoundOptions,
  tracks: readonly AudioStream[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const packets = await listPackets(input, binaries, { options: ['-select_streams', 'a'], signal });
  // Where the packets can't be read, decoding them says why.
  if (packets === null) return NOTHING_KNOWN.silent;
  const heard = new Map(tracks.map(({ index }) => [index, 0]));
  const add = (stream: number, from: number, to: number): void => {
    const [begin, stop] = [
      Math.max(from - probe.startTime, start ?? 0),
      Math.min(to - probe.startTime, end ?? Infinity),
    ];
    heard.set(stream, (heard.get(stream) ?? 0) + Math.max(0, stop - begin));
  };
  /** When a packet begins that states no duration: it lasts until the next one of its stream. */
  const open = new Map<number, number>();
  for (const { stream, time, duration, isHidden } of packets) {
    if (time === null) continue;
    const begun = open.get(stream);
    if (begun !== undefined) add(stream, begun, time);
    open.delete(stream);
    if (isHidden) continue;
    if (duration === null) open.set(stream, time);
    else add(stream, time, time + duration);
  }
  for (const [stream, begun] of open) add(stream, begun, begun + LEAST);
  return new Set([...heard].filter(([, seconds]) => seconds < LEAST).map(([index]) => index));
}
