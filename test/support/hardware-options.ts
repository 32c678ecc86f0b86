import { DEFAULT_CRF, type Codec } from '../../src/config/codecs.ts';
import type { EncodeOptions } from '../../src/sink/file/encode-args.ts';
import type { HardwareEncoder } from '../../src/sink/hardware/hardware-encoders.ts';

/** A device of VAAPI. */
export const NODE = '/dev/dri/renderD128';

/** Options for encoding a file in hardware. */
export function optionsFor(
  encoder: HardwareEncoder,
  codec: Codec,
  more: Partial<EncodeOptions> = {},
): EncodeOptions {
  return {
    encoding: { codec, crf: DEFAULT_CRF[codec], preset: 'fast', pixelFormat: 'yuv420p', hw: 'auto' },
    encoder,
    device: encoder.endsWith('vaapi') ? NODE : null,
    support: {
      encoders: new Set<string>(),
      ...{ fpsMode: true, packetDurations: true, movieTimescale: true, colorParams: true, svtCrf: true },
      ...{ tenBit: new Set<string>(), codecDelay: true },
    },
    muxer: 'mp4',
    timeBase: { num: 1, den: 12_800 },
    frameRate: { num: 30, den: 1 },
    firstTime: 0,
    endTime: 2,
    sampleAspectRatio: { num: 1, den: 1 },
    color: { range: 'tv', space: 'bt709', primaries: null, transfer: null },
    format: 'yuv420p',
    mastering: null,
    original: null,
    keepMetadata: false,
    output: '/out/a.mp4',
    ...more,
  };
}
