import type { Codec } from '../config/codecs.ts';
import { VeilError } from '../errors.ts';
import { featuresOf, type FfmpegFeatures } from '../ffmpeg/features.ts';
import type { HardwareEncoder } from './hardware/hardware-encoders.ts';

/** CPU encoders, which work alike on every machine, best first. */
const ENCODERS = {
  h264: ['libx264'],
  h265: ['libx265'],
  vp9: ['libvpx-vp9'],
  av1: ['libsvtav1', 'libaom-av1'],
} as const satisfies Record<Codec, readonly string[]>;

export type SoftwareEncoder = (typeof ENCODERS)[Codec][number];

/** ffmpeg's name of an encoder that Veil uses. */
export type VideoEncoder = SoftwareEncoder | HardwareEncoder;

/** Features of one build of ffmpeg that matter for writing. */
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

/** Queries a build of ffmpeg, once. */
export function encoderSupportOf(ffmpeg: string): Promise<EncoderSupport> {
  return featuresOf(ffmpeg);
}

/** This build's CPU encoder for a codec, if it supports 10 bits; null otherwise. */
export function tenBitEncoderFor(codec: Codec, support: EncoderSupport): SoftwareEncoder | null {
  const found = foundEncoder(codec, support);
  return found !== undefined && support.tenBit.has(found) ? found : null;
}

/**
 * This build's CPU encoder for a codec.
 *
 * @throws VeilError ENCODER_UNAVAILABLE if this build has no encoder for the codec; the hint lists the available ones
 */
export function videoEncoderFor(codec: Codec, support: EncoderSupport): SoftwareEncoder {
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

function foundEncoder(codec: Codec, support: EncoderSupport): SoftwareEncoder | undefined {
  return ENCODERS[codec].find(
    (name) => support.encoders.has(name) && (name !== 'libsvtav1' || support.svtCrf),
  );
}
