import type { Encoding } from '../../config/encoding.ts';
import { assertNever } from '../../errors.ts';
import type { PixelFormat } from '../../frame/frame.ts';
import { familyOf, type HardwareEncoder } from './hardware-encoders.ts';

type Preset = Encoding['preset'];

/** Key frame interval, as for x264: by default some encoders use 12, others none at all. */
const KEY_FRAMES = '250';

/** Options before all inputs that open a device. */
export function deviceArgs(device: string | null): string[] {
  return device === null ? [] : ['-init_hw_device', `vaapi=card:${device}`, '-filter_hw_device', 'card'];
}

/**
 * Constant quality and effort in the options of each family.
 *
 * No B-frames: several encoders compute their decoding times from a constant frame rate, which a video need not have.
 *
 * @param depth bits per sample
 */
export function hardwareQualityArgs(
  encoder: HardwareEncoder,
  { crf, preset }: Pick<Encoding, 'crf' | 'preset'>,
  depth: 8 | 10,
): string[] {
  const order = ['-bf', '0', '-g', KEY_FRAMES];
  const quantizer = String(quantizerOf(encoder, crf));
  const family = familyOf(encoder);
  switch (family) {
    case 'nvenc':
      // Not `-cq`, which the bit rate of the level would limit.
      return ['-preset', NVENC_PRESET[preset], '-rc', 'constqp', '-qp', quantizer, ...order];
    case 'qsv':
      return ['-preset', QSV_PRESET[preset], '-q:v', quantizer, ...order];
    case 'vaapi':
      // The meaning of effort differs between drivers.
      return [...vaapiQuality(encoder, quantizer), ...order];
    case 'videotoolbox':
      return [
        ...(depth === 10 ? ['-profile:v', 'main10'] : []),
        ...['-allow_sw', '0', '-q:v', String(appleQuality(crf))],
        ...order,
      ];
    default:
      return assertNever(family);
  }
}

/** Format of an encoder's input frames. */
export interface FramesGiven {
  /** Null if a filter decides. */
  readonly pixelFormat: string | null;
  readonly filters: { readonly first: readonly string[]; readonly last: readonly string[] };
}

/**
 * The pixel format of an encoder's input, and filters before and after those that tag the frames. Samples are reordered
 * first: for frames already tagged as full range, ffmpeg would convert their values.
 */
export function uploadArgs(encoder: HardwareEncoder, format: PixelFormat): FramesGiven {
  const layout = format === 'yuv420p10' ? 'p010le' : 'nv12';
  const first = [`format=${layout}`];
  return familyOf(encoder) === 'vaapi'
    ? { pixelFormat: null, filters: { first, last: ['hwupload'] } }
    : { pixelFormat: layout, filters: { first, last: [] } };
}

/**
 * Converts a rate factor to an encoder's quantizer scale: unchanged, or four times as much for AV1, whose scale ends at
 * 255.
 */
function quantizerOf(encoder: HardwareEncoder, crf: number): number {
  return encoder.startsWith('av1') ? Math.min(255, Math.max(1, 4 * crf)) : Math.max(1, crf);
}

function vaapiQuality(encoder: HardwareEncoder, quantizer: string): string[] {
  return encoder === 'av1_vaapi'
    ? ['-rc_mode', 'CQP', '-global_quality', quantizer]
    : // On its own it means a constant quantizer, even without -rc_mode.
      ['-qp', quantizer];
}

/** VideoToolbox: 1 to 100, 100 is best. */
function appleQuality(crf: number): number {
  return Math.max(1, Math.round(100 - 1.75 * crf));
}

/** NVENC presets that builds since 4.1 know; p1 to p7 came later. */
const NVENC_PRESET: Readonly<Record<Preset, 'fast' | 'medium' | 'slow'>> = {
  ultrafast: 'fast',
  superfast: 'fast',
  veryfast: 'fast',
  faster: 'fast',
  fast: 'medium',
  medium: 'medium',
  slow: 'slow',
  slower: 'slow',
  veryslow: 'slow',
};

/** Quick Sync uses the preset names of x264 from veryfast on. */
const QSV_PRESET: Readonly<Record<Preset, Exclude<Preset, 'ultrafast' | 'superfast'>>> = {
  ultrafast: 'veryfast',
  superfast: 'veryfast',
  veryfast: 'veryfast',
  faster: 'faster',
  fast: 'fast',
  medium: 'medium',
  slow: 'slow',
  slower: 'slower',
  veryslow: 'veryslow',
};
