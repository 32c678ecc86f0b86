import { VeilError } from '../../errors.ts';
import type { EncoderSupport } from '../encoder-support.ts';
import type { Muxer } from '../muxer.ts';

/** An audio track of the original file. */
export interface AudioTrack {
  /** Index among all streams of the file, as in ffmpeg's `0:INDEX`. */
  readonly index: number;
  /** ffmpeg's name of the codec, or null if unknown. */
  readonly codec: string | null;
  /** ISO 639 code, or null. */
  readonly language: string | null;
  readonly isDefault: boolean;
  /** Bits per second, or null if the file does not state it. */
  readonly bitRate: number | null;
  readonly channels: number;
  /** ffmpeg's name of the places of the loudspeakers, or null if unknown. */
  readonly layout: string | null;
}

/** Plan for one track: `encoder` is `copy` or the name of an audio encoder. */
export interface PlannedAudio {
  readonly index: number;
  readonly encoder: string;
  /** Bits per second; null for a copy. */
  readonly bitRate: number | null;
  readonly language: string | null;
  readonly isDefault: boolean;
}

/** Plan for the audio. */
export interface AudioPlan {
  readonly tracks: readonly PlannedAudio[];
  /** Notes about the audio for the user, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Codecs that are copied unchanged. Never Vorbis: its headers contain the tags of the file. Some versions of ffmpeg
 * can't write Opus, FLAC and ALAC into .mp4, and few players support the first two there.
 */
const COPIED: Readonly<Record<Muxer, ReadonlySet<string>>> = {
  mp4: new Set(['aac', 'mp3', 'ac3', 'eac3']),
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

/** Places of loudspeakers that these encoders support, by ffmpeg's names. */
const LAYOUTS: Readonly<Record<string, readonly string[]>> = {
  aac: ['mono', 'stereo', '3.0', '4.0', '5.0', '5.1', '7.1', '7.1(wide)'],
  libopus: ['mono', 'stereo', '5.1', '7.1'],
};

/** The layouts that an encoder supports. */
export function layoutsOf(encoder: string): readonly string[] {
  return LAYOUTS[encoder] ?? [];
}

/** Why all tracks are reencoded, or null. */
export type EncodingReason = 'a cut must be exact' | 'part of it is silenced' | null;

/** Facts from the packets of the tracks, by track index. */
export interface KnownSound {
  /** Tracks with audio that players skip. */
  readonly hidden: ReadonlySet<number>;
  /** Tracks without audio in the selected part. */
  readonly silent: ReadonlySet<number>;
  /** Tracks with a damaged packet, which can't be copied. */
  readonly damaged: ReadonlySet<number>;
}

export const NOTHING_KNOWN: KnownSound = {
  hidden: new Set(),
  silent: new Set(),
  damaged: new Set(),
};

/**
 * Decides for every track whether it is copied or reencoded. A trimmed run reencodes all of them: copies can only be
 * cut between packets, so audio from outside the range would remain. The same applies to tracks with muted parts, or
 * with audio that players skip.
 *
 * @throws VeilError ENCODER_UNAVAILABLE if a track must be encoded and this ffmpeg can't
 */
export function planAudio(
  tracks: readonly AudioTrack[],
  muxer: Muxer,
  why: EncodingReason,
  { hidden, silent, damaged }: KnownSound,
  support: EncoderSupport,
): AudioPlan {
  const planned: PlannedAudio[] = [];
  const notes: string[] = [];
  tracks.forEach((track, position) => {
    const { index, codec, language, isDefault, layout } = track;
    if (silent.has(index)) {
      const where = why === 'a cut must be exact' ? ' in this part' : '';
      notes.push(`Audio track ${position + 1} has no sound${where}.`);
      return;
    }
    if (codec === null) {
      notes.push(`Audio track ${position + 1} is left out: ffmpeg does not know its codec.`);
      return;
    }
    const isWhole = !hidden.has(index) && !damaged.has(index);
    if (why === null && isWhole && COPIED[muxer].has(codec)) {
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
    const isDamaged = damaged.has(index) ? 'it is damaged, and what can be read of it is kept' : null;
    const reason = why ?? isHidden ?? isDamaged ?? `a ${muxer} file can't take ${codec} as it is`;
    const name = encoder.replace('lib', '');
    const mixed =
      layout === null || hasLayout(encoder, layout) ? '' : `, and mixed from ${layout}, which ${name} lacks`;
    notes.push(`Audio track ${position + 1} is encoded anew as ${name}: ${reason}${mixed}.`);
    planned.push({ index, encoder, bitRate: bitRateFor(track), language, isDefault });
  });
  return { tracks: planned, notes };
}

/** Whether nothing is mixed: loudspeakers at the side may as well be at the back. */
function hasLayout(encoder: string, layout: string): boolean {
  return layoutsOf(encoder).includes(layout.replace(/\((?:side|back)\)$/, ''));
}

/** AAC and Opus are transparent at 96 kbit/s per channel; a track with a lower rate gets only what it needs. */
function bitRateFor({ channels, bitRate }: AudioTrack): number {
  const ceiling = Math.min(Math.max(channels, 1), 8) * 96_000;
  return bitRate === null ? ceiling : Math.min(ceiling, Math.max(64_000, Math.round(bitRate * 1.5)));
}
