import { VeilError } from '../../errors.ts';
import type { EncoderSupport } from '../encoder-support.ts';
import type { Muxer } from '../muxer.ts';

/** A sound track of the original file. */
export interface AudioTrack {
  /** Index among all streams of the file, as in ffmpeg's `0:INDEX`. */
  readonly index: number;
  /** ffmpeg's name of the codec, or null when ffmpeg does not know it. */
  readonly codec: string | null;
  /** ISO 639 code, or null. */
  readonly language: string | null;
  readonly isDefault: boolean;
  /** Bits a second, or null when the file does not say. */
  readonly bitRate: number | null;
  readonly channels: number;
}

/** What becomes of one track: `encoder` is `copy` or the name of an audio encoder. */
export interface PlannedAudio {
  readonly index: number;
  readonly encoder: string;
  /** Bits a second; null for a copy. */
  readonly bitRate: number | null;
  readonly language: string | null;
  readonly isDefault: boolean;
}

/** What becomes of the sound. */
export interface AudioPlan {
  readonly tracks: readonly PlannedAudio[];
  /** What somebody who hears the result should know, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Codecs that are copied as they are. Vorbis is never among them: its headers carry the tags of the file. Opus
 * and FLAC need ffmpeg's experimental mode in .mp4 in some versions, and players there are few.
 */
const COPIED: Readonly<Record<Muxer, ReadonlySet<string>>> = {
  mp4: new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac']),
  mov: new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be']),
  matroska: new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac', 'opus', 'flac', 'dts', 'pcm_s16le', 'pcm_s24le']),
  webm: new Set(['opus']),
};

const ENCODED_BY: Readonly<Record<Muxer, string>> = {
  mp4: 'aac',
  mov: 'aac',
  matroska: 'aac',
  webm: 'libopus',
};

/** Why all tracks are encoded anew, or null. */
export type EncodingReason = 'a cut must be exact' | 'part of it is silenced' | null;

/** What is known of the packets of the tracks, by their indexes. */
export interface KnownSound {
  /** Tracks with sound that players leave out. */
  readonly hidden: ReadonlySet<number>;
  /** Tracks without sound in what is read. */
  readonly silent: ReadonlySet<number>;
}

export const NOTHING_KNOWN: KnownSound = { hidden: new Set(), silent: new Set() };

/**
 * Decides for every track whether it is copied or encoded anew. A trimmed run encodes all of them: copies can
 * only be cut between packets, which would leave sound from outside the range in the file. So it is with tracks of which
 * a part is silenced, or that hold sound that players leave out.
 *
 * @throws VeilError ENCODER_UNAVAILABLE when a track must be encoded and this ffmpeg can't
 */
export function planAudio(
  tracks: readonly AudioTrack[],
  muxer: Muxer,
  why: EncodingReason,
  { hidden, silent }: KnownSound,
  support: EncoderSupport,
): AudioPlan {
  const planned: PlannedAudio[] = [];
  const notes: string[] = [];
  tracks.forEach((track, position) => {
    const { index, codec, language, isDefault } = track;
    if (silent.has(index)) {
      const where = why === 'a cut must be exact' ? ' in this part' : '';
      notes.push(`Audio track ${position + 1} has no sound${where}.`);
      return;
    }
    if (codec === null) {
      notes.push(`Audio track ${position + 1} is left out: ffmpeg does not know its codec.`);
      return;
    }
    if (why === null && !hidden.has(index) && COPIED[muxer].has(codec)) {
      planned.push({ index, encoder: 'copy', bitRate: null, language, isDefault });
      return;
    }
    const encoder = ENCODED_BY[muxer];
    if (!support.encoders.has(encoder)) {
      throw new VeilError('ENCODER_UNAVAILABLE', `This ffmpeg cannot encode sound with ${encoder}.`, {
        hint: 'Leave the sound out (--audio drop), write .mkv, or set FFMPEG_PATH to a complete ffmpeg.',
      });
    }
    const isHidden = hidden.has(index) ? 'it holds sound that is never played, which is left out' : null;
    const reason = why ?? isHidden ?? `a ${muxer} file can't take ${codec} as it is`;
    notes.push(`Audio track ${position + 1} is encoded anew as ${encoder.replace('lib', '')}: ${reason}.`);
    planned.push({ index, encoder, bitRate: bitRateFor(track), language, isDefault });
  });
  return { tracks: planned, notes };
}

/** 96 kbit/s a channel is transparent for AAC and Opus; a track that had less gets no more than it needs. */
function bitRateFor({ channels, bitRate }: AudioTrack): number {
  const ceiling = Math.min(Math.max(channels, 1), 8) * 96_000;
  return bitRate === null ? ceiling : Math.min(ceiling, Math.max(64_000, Math.round(bitRate * 1.5)));
}
