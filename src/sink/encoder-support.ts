import type { Codec } from '../config/codecs.ts';
import { VeilError } from '../errors.ts';
import { featuresOf, type FfmpegFeatures } from '../ffmpeg/features.ts';

/** Encoders that Veil drives, best first. All run on the CPU: hardware encoders differ from machine to machine. */
const ENCODERS = {
  h264: ['libx264'],
  h265: ['libx265'],
  vp9: ['libvpx-vp9'],
  av1: ['libsvtav1', 'libaom-av1'],
} as const satisfies Record<Codec, readonly string[]>;

export type VideoEncoder = (typeof ENCODERS)[Codec][number];

/** What one build of ffmpeg can do, as far as writing needs to know. */
export type EncoderSupport = Pick<
  FfmpegFeatures,
  | 'encoders'
  | 'fpsMode'
  | 'packetDurations'
  | 'movieTimescale'
  | 'colorParams'
  | 'svtCrf'
  | 'codecDelay'
  | 'tenBit'
>;

/** Asks a build of ffmpeg, once. */
export function encoderSupportOf(ffmpeg: string): Promise<EncoderSupport> {
  return featuresOf(ffmpeg);
}

/** The encoder that this build takes for a codec, where it writes 10 bits; null otherwise. */
export function tenBitEncoderFor(codec: Codec, support: EncoderSupport): VideoEncoder | null {
  const found = foundEncoder(codec, support);
  return found !== undefined && support.tenBit.has(found) ? found : null;
}

/**
 * @throws VeilError ENCODER_UNAVAILABLE when this build has no encoder for the codec; the hint lists those that it has
 */
export function videoEncoderFor(codec: Codec, support: EncoderSupport): VideoEncoder {
  const found = foundEncoder(codec, support);
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

function foundEncoder(codec: Codec, support: EncoderSupport): VideoEncoder | undefined {
  return ENCODERS[codec].find(
    (name) => support.encoders.has(name) && (name !== 'libsvtav1' || support.svtCrf),
  );
}
