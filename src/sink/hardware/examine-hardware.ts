import { DEFAULT_CRF, type Codec } from '../../config/codecs.ts';
import type { PixelFormat } from '../../frame/frame.ts';
import { encoderSupportOf, type EncoderSupport } from '../encoder-support.ts';
import type { EncodeOptions } from '../file/encode-args.ts';
import { hardwareOn, onEachDevice, type Hardware, type HardwareEncoder } from './hardware-encoders.ts';
import { tryEncoder } from './try-encoder.ts';

/** Result of a test of one encoder. */
export interface HardwareFinding {
  readonly encoder: HardwareEncoder;
  readonly works: boolean;
  /** The tested picture, or why the encoder does not work. */
  readonly detail: string;
}

/** Size of the test picture, pixels. */
const SIZE = { width: 1280, height: 720 };

/** Tests every hardware encoder that this system may have, regardless of remembered results. */
export async function* examineHardware(ffmpeg: string): AsyncGenerator<HardwareFinding> {
  const support = await encoderSupportOf(ffmpeg);
  for (const codec of Object.keys(DEFAULT_CRF) as Codec[]) {
    for (const encoder of hardwareOn(codec)) yield* examineEncoder(ffmpeg, codec, encoder, support);
  }
}

async function* examineEncoder(
  ffmpeg: string,
  codec: Codec,
  encoder: HardwareEncoder,
  support: EncoderSupport,
): AsyncGenerator<HardwareFinding> {
  if (!support.encoders.has(encoder)) {
    yield { encoder, works: false, detail: 'this ffmpeg was built without it' };
    return;
  }
  const devices = await onEachDevice(encoder);
  if (devices.length === 0) yield { encoder, works: false, detail: 'there is no /dev/dri/renderD*' };
  for (const hardware of devices) {
    const attempt = (format: PixelFormat): Promise<string | null> =>
      tryEncoder(ffmpeg, trialOptions(codec, hardware, format, support), SIZE);
    const reason = await attempt('yuv420p');
    const on = hardware.device === null ? '' : ` on ${hardware.device}`;
    if (reason !== null) yield { encoder, works: false, detail: `${reason}${on}` };
    else {
      const hasTenBits = codec !== 'h264' && (await attempt('yuv420p10')) === null;
      const depth = hasTenBits ? '8 and 10 bits' : '8 bits';
      yield { encoder, works: true, detail: `took ${SIZE.width}x${SIZE.height}, ${depth}${on}` };
    }
  }
}

function trialOptions(
  codec: Codec,
  hardware: Hardware,
  format: PixelFormat,
  support: EncoderSupport,
): EncodeOptions {
  return {
    ...hardware,
    encoding: { codec, crf: DEFAULT_CRF[codec], preset: 'medium', pixelFormat: 'yuv420p', hw: 'auto' },
    support,
    muxer: 'mp4',
    timeBase: { num: 1, den: 15_360 },
    frameRate: { num: 30, den: 1 },
    firstTime: 0,
    endTime: null,
    sampleAspectRatio: { num: 1, den: 1 },
    color: { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
    format,
    mastering: null,
    original: null,
    keepMetadata: false,
    output: '',
  };
}
