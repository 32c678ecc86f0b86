import { DEFAULT_CRF, type Codec } from '../../src/config/codecs.ts';
import type { EncodeOptions } from '../../src/sink/file/encode-args.ts';
import type { HardwareEncoder } from '../../src/sink/hardware/hardware-encoders.ts';
import { PLAIN_ENCODING } from './encode-options.ts';

/** A device of VAAPI. */
export const NODE = '/dev/dri/renderD128';

/** Options for encoding a file in hardware. */
export function optionsFor(
  encoder: HardwareEncoder,
  codec: Codec,
  more: Partial<EncodeOptions> = {},
): EncodeOptions {
  return {
    ...PLAIN_ENCODING,
    encoding: { codec, crf: DEFAULT_CRF[codec], preset: 'fast', pixelFormat: 'yuv420p', hw: 'auto' },
    encoder,
    device: encoder.endsWith('vaapi') ? NODE : null,
    ...more,
  };
}
