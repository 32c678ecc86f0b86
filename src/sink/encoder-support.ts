import type { Codec } from '../config/encoding.ts';
import { VeilError } from '../errors.ts';
import { capture } from '../ffmpeg/process.ts';

/** Encoders that Veil drives, best first. All run on the CPU: hardware encoders differ from machine to machine. */
const ENCODERS = {
  h264: ['libx264'],
  h265: ['libx265'],
  vp9: ['libvpx-vp9'],
  av1: ['libsvtav1', 'libaom-av1'],
} as const satisfies Record<Codec, readonly string[]>;

export type VideoEncoder = (typeof ENCODERS)[Codec][number];

/** What one build of ffmpeg can do. */
export interface EncoderSupport {
  readonly encoders: ReadonlySet<string>;
  /** `-fps_mode` (5.1 and later) instead of `-vsync` (deprecated since, gone one day). */
  readonly fpsMode: boolean;
  /** The bitstream filter `setts` can set durations (5.0 and later). */
  readonly packetDurations: boolean;
  /** `-movie_timescale` (4.4 and later). */
  readonly movieTimescale: boolean;
  /** The filter `setparams` sets colours (4.2 and later). */
  readonly colorParams: boolean;
  /** libsvtav1 takes `-crf` (5.0 and later). */
  readonly svtCrf: boolean;
}

const known = new Map<string, Promise<EncoderSupport>>();

/** Asks a build of ffmpeg, once. */
export function encoderSupportOf(ffmpeg: string): Promise<EncoderSupport> {
  let support = known.get(ffmpeg);
  if (support === undefined) {
    support = Promise.all([
      capture(ffmpeg, ['-hide_banner', '-encoders']),
      capture(ffmpeg, ['-hide_banner', '-h', 'full']),
    ]).then(([encoders, help]) => parseEncoderSupport(encoders.stdout, help.stdout));
    known.set(ffmpeg, support);
  }
  return support;
}

/**
 * Reads what a build says of itself. Version numbers would not do: builds from git have none, and distributions
 * leave parts out.
 *
 * @param encoders output of `ffmpeg -encoders`
 * @param help output of `ffmpeg -h full`
 */
export function parseEncoderSupport(encoders: string, help: string): EncoderSupport {
  return {
    encoders: new Set([...encoders.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)].map(([, name]) => name!)),
    fpsMode: /^-fps_mode/m.test(help),
    packetDurations: section(help, 'setts_bsf').includes('-duration '),
    movieTimescale: /^ *-movie_timescale /m.test(help),
    colorParams: section(help, 'setparams').includes('colorspace '),
    svtCrf: section(help, 'libsvtav1').includes('-crf '),
  };
}

/**
 * @throws VeilError ENCODER_UNAVAILABLE when this build has no encoder for the codec; the hint says what it has
 */
export function videoEncoderFor(codec: Codec, support: EncoderSupport): VideoEncoder {
  const found = ENCODERS[codec].find(
    (name) => support.encoders.has(name) && (name !== 'libsvtav1' || support.svtCrf),
  );
  if (found !== undefined) return found;
  const there = (Object.keys(ENCODERS) as Codec[]).filter((other) =>
    ENCODERS[other].some((name) => support.encoders.has(name)),
  );
  throw new VeilError('ENCODER_UNAVAILABLE', `This ffmpeg cannot encode ${codec}.`, {
    hint:
      there.length === 0
        ? `It has none of ${Object.values(ENCODERS).flat().join(', ')}. Install a complete ffmpeg or set FFMPEG_PATH.`
        : `Choose ${there.join(' or ')} with --codec, or set FFMPEG_PATH to an ffmpeg with ${ENCODERS[codec].join(' or ')}.`,
  });
}

/** The lines that `ffmpeg -h full` prints under "NAME AVOptions:". */
function section(help: string, name: string): string {
  const start = help.search(new RegExp(`^${name}\\b.* AVOptions:`, 'm'));
  if (start < 0) return '';
  const end = help.indexOf('\n\n', start);
  return help.slice(start, end < 0 ? undefined : end);
}
