import { readdir } from 'node:fs/promises';
import type { Codec } from '../../config/codecs.ts';

/**
 * Hardware encoders in order of preference: first those of one vendor's cards, then those of the system. None for VP9,
 * which few cards encode.
 */
export const HARDWARE = {
  h264: ['h264_nvenc', 'h264_videotoolbox', 'h264_qsv', 'h264_vaapi'],
  h265: ['hevc_nvenc', 'hevc_videotoolbox', 'hevc_qsv', 'hevc_vaapi'],
  vp9: [],
  av1: ['av1_nvenc', 'av1_qsv', 'av1_vaapi'],
} as const satisfies Record<Codec, readonly string[]>;

/** ffmpeg's name of the encoder. */
export type HardwareEncoder = (typeof HARDWARE)[Codec][number];

/** The API through which an encoder accesses the hardware. */
export type Family = 'nvenc' | 'videotoolbox' | 'qsv' | 'vaapi';

/** Platforms on which ffmpeg supports each. */
const PLATFORMS: Readonly<Record<Family, readonly string[]>> = {
  nvenc: ['linux', 'win32'],
  videotoolbox: ['darwin'],
  qsv: ['linux', 'win32'],
  vaapi: ['linux'],
};

/** An encoder, and its device. */
export interface Hardware {
  readonly encoder: HardwareEncoder;
  /** Path of the device, for VAAPI; null: the family finds its own. */
  readonly device: string | null;
}

/** Encoders that a system may have, by codec. */
export function hardwareOn(codec: Codec, platform: string = process.platform): HardwareEncoder[] {
  const encoders: readonly HardwareEncoder[] = HARDWARE[codec];
  return encoders.filter((encoder) => PLATFORMS[familyOf(encoder)].includes(platform));
}

export function isHardware(encoder: string): encoder is HardwareEncoder {
  return (Object.values(HARDWARE).flat() as readonly string[]).includes(encoder);
}

export function familyOf(encoder: HardwareEncoder): Family {
  return encoder.split('_')[1] as Family;
}

/** An encoder with each device to try; none if the system has no such device. */
export async function onEachDevice(
  encoder: HardwareEncoder,
  folder = '/dev/dri',
): Promise<readonly Hardware[]> {
  if (familyOf(encoder) !== 'vaapi') return [{ encoder, device: null }];
  const nodes = (await readdir(folder).catch(() => [])).filter((name) => /^renderD\d+$/.test(name)).sort();
  return nodes.map((name) => ({ encoder, device: `${folder}/${name}` }));
}
