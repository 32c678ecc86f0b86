import type { Binaries } from '../../ffmpeg/binaries.ts';
import { inputPart, type InputPart } from '../../ffmpeg/input-part.ts';
import { listPackets, type Packet } from '../../ffmpeg/packets.ts';
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
import { tracksNotToCopy } from './damaged-sound.ts';
import { damageDoubts } from './hear-damage.ts';
import { readKnownSound } from './hidden-sound.ts';
import { opusLead } from './opus-lead.ts';
import { clockGoesBack, soundClockAmbiguous, soundClockDoubts } from './sound-clock.ts';
import { mutedNotes, refuseBeyond, spansWithin, type Span } from './silence.ts';

export interface SoundOptions {
  /** Path of the original. */
  readonly input: string;
  readonly probe: Probe;
  readonly audio: 'keep' | 'drop';
  /** Part of the original, seconds, or null. */
  readonly start: number | null;
  readonly end: number | null;
  /** Muted spans, seconds from the start of the original. */
  readonly mute?: readonly Span[];
  readonly muxer: Muxer;
  readonly support: EncoderSupport;
  readonly binaries: Pick<Binaries, 'ffmpeg' | 'ffprobe'>;
}

/** The audio of an output. */
export interface Sound extends AudioPlan {
  /** The part to read from the original. */
  readonly part: InputPart;
  /** Seconds by which the muxer makes it play too early. */
  readonly lead: number;
  /** Muted spans, seconds from the start of the part. */
  readonly silences: readonly Span[];
  /** Reasons to listen to the output, a sentence each. */
  readonly doubts: readonly string[];
  /** Further ones, which take as long as decoding all of it. Rejects with INTERRUPTED. */
  readonly damage: Promise<readonly string[]>;
}

/** For a file without audio. */
export const NO_SOUND: Sound = {
  ...{ tracks: [], notes: [], silences: [], doubts: [], lead: 0 },
  damage: Promise.resolve([]),
  part: { args: [], origin: 0, end: null },
};

/**
 * Plans the audio. Invalid requests are refused at once; checks that need to read the file run in parallel with other
 * work.
 *
 * @returns the plan, and a function that stops the work on it
 * @throws VeilError ENCODER_UNAVAILABLE, CONFIG_INVALID for a mute without effect; the promise rejects with it too, and
 *   with INPUT_UNREADABLE, INPUT_UNSUPPORTED, DECODER_FAILED and INTERRUPTED
 */
export function planSound(options: SoundOptions, signal: AbortSignal | undefined): PlannedSound {
  const { muxer, support, probe, audio, input, mute = [] } = options;
  if (audio === 'keep' && probe.audio.length > 0 && probe.duration !== null)
    refuseBeyond(mute, input, probe.duration);
  planAudio(audio === 'keep' ? probe.audio : [], muxer, reasonToEncode(options), NOTHING_KNOWN, support);
  const controller = new AbortController();
  const signals = signal === undefined ? [controller.signal] : [controller.signal, signal];
  const settled = settle(options, AbortSignal.any(signals));
  const heard = settled.then(({ damage }) => damage);
  // The error is thrown where the plan is awaited, which may be later or never.
  heard.catch(() => undefined);
  return {
    settled,
    stop: async () => {
      controller.abort();
      await heard.catch(() => undefined);
    },
  };
}

/** A plan for the audio that takes a while, and a function that stops the work on it. */
export interface PlannedSound {
  readonly settled: Promise<Sound>;
  /** Resolves once no process of it is left. */
  readonly stop: () => Promise<void>;
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
  const packets =
    tracks.length === 0
      ? null
      : await listPackets(input, binaries, { options: ['-select_streams', 'a'], signal });
  const back = clockGoesBack(packets ?? [], probe.startTime);
  if (why !== null && back.size > 0) throw soundClockAmbiguous(input);
  const known = tracks.length === 0 ? NOTHING_KNOWN : await knownSound(options, tracks, packets, signal);
  const plan = planAudio(tracks, muxer, why, known, support);
  const kept = tracks.filter(({ index }) => plan.tracks.some((planned) => planned.index === index));
  const silences = spansWithin(mute, { start, end });
  const part = await inputPart(probe, 'sound', kept, { start, end }, binaries.ffmpeg.path);
  const lead = await opusLead(plan.tracks, muxer, support, { path: input, tracks, binaries });
  return {
    ...{ ...plan, part, lead, silences },
    notes: [...plan.notes, ...mutedNotes(mute, options, plan.tracks.length > 0)],
    doubts: soundClockDoubts(back, tracks),
    // Last: from here on nothing fails, so that its promise reaches the caller.
    damage: damageDoubts(
      options,
      kept.map(({ index }) => index),
      signal,
    ),
  };
}

async function knownSound(
  options: SoundOptions,
  tracks: readonly AudioStream[],
  packets: Iterable<Packet> | null,
  signal: AbortSignal,
): Promise<KnownSound> {
  const { input, probe, binaries } = options;
  // Reencoded tracks have no hidden audio, but may have none at all.
  if (reasonToEncode(options) !== null)
    return { ...NOTHING_KNOWN, silent: tracksSilentIn(options, tracks, packets) };
  return {
    ...(await readKnownSound(input, tracks, { packets, binaries, format: probe.format, signal })),
    damaged: await tracksNotToCopy(input, { format: probe.format, audio: tracks }, binaries, signal),
  };
}

/** Less audio than this counts as none, seconds: about one packet. */
const LEAST = 0.03;

/** Indexes of tracks without audio in the part: ffmpeg then writes no track. */
function tracksSilentIn(
  { probe, start, end }: SoundOptions,
  tracks: readonly AudioStream[],
  packets: Iterable<Packet> | null,
): ReadonlySet<number> {
  // If the packets can't be read, decoding reports the error.
  if (packets === null) return NOTHING_KNOWN.silent;
  const heard = new Map(tracks.map(({ index }) => [index, 0]));
  const add = (stream: number, from: number, to: number): void => {
    const [begin, stop] = [
      Math.max(from - probe.startTime, start ?? 0),
      Math.min(to - probe.startTime, end ?? Infinity),
    ];
    heard.set(stream, (heard.get(stream) ?? 0) + Math.max(0, stop - begin));
  };
  /** Start of a packet without stated duration: it lasts until the next one of its stream. */
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
