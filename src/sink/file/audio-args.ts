import { partFilters, type InputPart } from '../../ffmpeg/input-part.ts';
import { layoutsOf, type PlannedAudio } from './audio-plan.ts';
import { silenceFilters, type Span } from './silence.ts';

/** The original file, for its audio and, on request, its tags. */
export interface OriginalInput {
  readonly path: string;
  /** The part to read for the audio. */
  readonly part: InputPart;
  readonly audio: readonly PlannedAudio[];
  /** Seconds by which this muxer makes the audio play too early. */
  readonly lead: number;
  /** Muted times, seconds from the start of the part. */
  readonly silences: readonly Span[];
}

/** Arguments that open the original, as the second input. */
export function originalInputArgs({ path, part }: OriginalInput): string[] {
  return [
    // Keep playlists and image sequences from opening other files or the network.
    ...['-protocol_whitelist', 'file'],
    ...part.args,
    ...['-i', `file:${path}`],
  ];
}

/** Arguments for the audio of the original. */
export function audioArgs({ audio, silences, part }: OriginalInput): string[] {
  // By the clock of this input.
  const silent = silences.map(([from, to]): Span => [from - part.origin, to - part.origin]);
  return audio.flatMap(({ index, encoder, bitRate, language, isDefault }, position) => [
    ...['-map', `1:${index}`],
    ...[`-c:a:${position}`, encoder],
    ...(bitRate === null
      ? []
      : [`-b:a:${position}`, String(bitRate), `-filter:a:${position}`, audioFilter(encoder, silent, part)]),
    ...(language === null ? [] : [`-metadata:s:a:${position}`, `language=${language}`]),
    ...[`-disposition:a:${position}`, isDefault ? 'default' : '0'],
  ]);
}

/**
 * Encoders count samples and ignore gaps, so gaps from 20 ms on, above the jitter of rounded timestamps, are filled
 * with silence to keep the audio in sync.
 */
function audioFilter(encoder: string, silences: readonly Span[], part: InputPart): string {
  return [
    ...partFilters(part, 'sound'),
    'aresample=async=1:min_hard_comp=0.02',
    ...silenceFilters(silences),
    // The pre-skip, and so the sync, depends on the rate.
    `aformat=channel_layouts=${layoutsOf(encoder).join('|')}${encoder === 'libopus' ? ':sample_rates=48000' : ''}`,
  ].join(',');
}
