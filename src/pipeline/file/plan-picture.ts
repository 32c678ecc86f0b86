import type { Codec } from '../../config/codecs.ts';
import { encodingFor, type Encoding } from '../../config/encoding.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { readMastering, type Mastering } from '../../ffmpeg/mastering.ts';
import type { VideoStream } from '../../ffmpeg/probe.ts';
import { encoderSupportOf, tenBitEncoderFor, type EncoderSupport } from '../../sink/encoder-support.ts';
import { isHdrStream } from '../../source/file/color-plan.ts';

/** Encoding of the picture, and whether HDR and more than 8 bits are kept. */
export interface PicturePlan {
  readonly encoding: Encoding;
  readonly keepsDepth: boolean;
  readonly mastering: Mastering | null;
  /** Notes for the user, a sentence each. */
  readonly notes: readonly string[];
}

/** Default codecs for HDR, which can carry it. */
const FOR_HDR: Readonly<Record<string, Codec>> = { h264: 'h265', vp9: 'vp9' };

/**
 * Plans the encoding of a video: HDR stays HDR, and 10 bits stay 10, if codec and ffmpeg support that.
 *
 * @throws VeilError CONFIG_INVALID, as `encodingFor`
 */
export async function planPicture(
  video: VideoStream | null,
  config: ResolvedConfig['video'],
  { input, output }: { readonly input: string; readonly output: string },
  binaries: Binaries,
): Promise<PicturePlan> {
  const encoding = encodingFor(config, output);
  const plain = { encoding, keepsDepth: false, mastering: null, notes: [] };
  if (video === null || (video.bitDepth <= 8 && !isHdrStream(video))) return plain;
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  if (!isHdrStream(video)) return planDepth(encoding, support);
  if (config.hdr === 'sdr') return plain;
  const codec = config.codec === 'auto' ? (FOR_HDR[encoding.codec] ?? encoding.codec) : encoding.codec;
  const encoder = codec === 'h264' ? null : tenBitEncoderFor(codec, support);
  if (encoder === null) return { ...plain, notes: [whyNot(codec)] };
  const isPq = video.color.transfer !== 'arib-std-b67';
  const mastering = isPq ? await readMastering(input, video.index, binaries) : null;
  const isLost = mastering !== null && encoder !== 'libx265' && encoder !== 'libsvtav1';
  return {
    encoding: encodingFor({ ...config, codec }, output),
    keepsDepth: true,
    mastering: isLost ? null : mastering,
    notes: isLost
      ? [`What the picture was mastered for is left out: this encoder of ${codec} can't write it.`]
      : [],
  };
}

/** More than 8 bits stay 10 if the chosen codec supports it; the default codec favours compatibility with players. */
function planDepth(encoding: Encoding, support: EncoderSupport): PicturePlan {
  const plain = { encoding, mastering: null };
  if (encoding.codec === 'h264') {
    return { ...plain, keepsDepth: false, notes: ['--codec h265, vp9 or av1 would keep 10 bits.'] };
  }
  const keepsDepth = tenBitEncoderFor(encoding.codec, support) !== null;
  return {
    ...plain,
    keepsDepth,
    notes: keepsDepth ? [] : [`This ffmpeg can't write 10 bits as ${encoding.codec}.`],
  };
}

function whyNot(codec: Codec): string {
  return codec === 'h264'
    ? 'HDR needs --codec h265, vp9 or av1: h264 is written in 8 bits.'
    : `HDR needs 10 bits, which this ffmpeg can't write as ${codec}.`;
}
