import type { Encoding } from '../../config/encoding.ts';
import type { Mastering } from '../../ffmpeg/mastering.ts';
import type { PixelFormat } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import { videoEncoderFor, type EncoderSupport, type VideoEncoder } from '../encoder-support.ts';
import { encodableSize, type Size } from '../even-size.ts';
import { chooseHardware } from '../hardware/choose-hardware.ts';
import { HARDWARE, type Hardware } from '../hardware/hardware-encoders.ts';
import type { EncodeOptions } from './encode-args.ts';

/** A video that needs an encoder. */
export interface EncoderRequest {
  readonly encoding: Encoding;
  readonly info: Size & { readonly format: PixelFormat };
  readonly mastering: Mastering | null;
  readonly ffmpeg: string;
  readonly support: EncoderSupport;
  readonly logger: Logger;
  /** Options for encoding the video with a hardware encoder. */
  readonly optionsWith: (hardware: Hardware) => EncodeOptions;
}

/** The chosen encoder. */
export interface PlannedEncoder {
  readonly encoder: VideoEncoder;
  /** Path of its device, if it needs one. */
  readonly device: string | null;
  /** Size of its input pictures, pixels. */
  readonly size: Size;
  /** Why it is not of the requested kind, in a sentence, or null. */
  readonly note: string | null;
}

/**
 * Chooses the encoder of a file.
 *
 * @throws VeilError ENCODER_UNAVAILABLE
 */
export async function planEncoder(request: EncoderRequest): Promise<PlannedEncoder> {
  const { encoding, info, ffmpeg, support, logger, optionsWith } = request;
  const { codec, hw } = encoding;
  if (hw === 'off') return onCpu(request, null);
  const obstacle = obstacleIn(request);
  if (obstacle !== null) return onCpu(request, obstacle);
  const size = { width: info.width + (info.width % 2), height: info.height + (info.height % 2) };
  const hardware = await chooseHardware({
    ...{ ffmpeg, codec, size, optionsWith },
    encoders: support.encoders,
    format: info.format,
    onFailure: ({ encoder, device }, reason) => {
      logger.debug(`${encoder}${device === null ? '' : ` on ${device}`} can't be used: ${reason}.`);
    },
  });
  if (hardware !== null) return { ...hardware, size, note: null };
  return onCpu(request, `no hardware encoder works for this video as ${codec}; veil doctor says why`);
}

/** Why hardware can't encode a video, or null. */
function obstacleIn({ encoding: { codec, crf }, mastering }: EncoderRequest): string | null {
  if (HARDWARE[codec].length === 0) return `Veil knows no hardware encoder of ${codec}`;
  if (mastering !== null) return 'hardware encoders would lose what the HDR picture was mastered for';
  return crf === 0 ? 'hardware encoders are never lossless, as --crf 0 may be' : null;
}

function onCpu({ encoding, info, support }: EncoderRequest, reason: string | null): PlannedEncoder {
  const encoder = videoEncoderFor(encoding.codec, support);
  const note = reason === null ? null : `The CPU encodes the picture, with ${encoder}: ${reason}.`;
  return { encoder, device: null, size: encodableSize(encoder, info), note };
}
