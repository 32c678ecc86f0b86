import type { Codec } from '../../config/codecs.ts';
import { encodingFor, type Encoding } from '../../config/encoding.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { readMastering, type Mastering } from '../../ffmpeg/mastering.ts';
import type { VideoStream } from '../../ffmpeg/probe.ts';
import { encoderSupportOf, tenBitEncoderFor } from '../../sink/encoder-support.ts';
import { isHdrStream } from '../../source/file/color-plan.ts';

/** How the picture is encoded, and what becomes of HDR. */
export interface PicturePlan {
  readonly encoding: Encoding;
  readonly keepsHdr: boolean;
  readonly mastering: Mastering | null;
  /** What somebody should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Without a wish HDR gets a codec that can carry it. */
const FOR_HDR: Readonly<Record<string, Codec>> = { h264: 'h265', vp9: 'vp9' };

/**
 * Plans the encoding of a video: HDR stays HDR where codec and ffmpeg can carry it.
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
  const plain = { encoding, keepsHdr: false, mastering: null, notes: [] };
  if (video === null || !isHdrStream(video) || config.hdr === 'sdr') return plain;
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const codec = config.codec === 'auto' ? (FOR_HDR[encoding.codec] ?? encoding.codec) : encoding.codec;
  const encoder = codec === 'h264' ? null : tenBitEncoderFor(codec, support);
  if (encoder === null) return { ...plain, notes: [whyNot(codec)] };
  const isPq = video.color.transfer !== 'arib-std-b67';
  const mastering = isPq ? await readMastering(input, video.index, binaries) : null;
  const isLost = mastering !== null && encoder !== 'libx265' && encoder !== 'libsvtav1';
  return {
    encoding: encodingFor({ ...config, codec }, output),
    keepsHdr: true,
    mastering: isLost ? null : mastering,
    notes: isLost
      ? [`What the picture was mastered for is left out: this encoder of ${codec} can't write it.`]
      : [],
  };
}

function whyNot(codec: Codec): string {
  return codec === 'h264'
    ? 'HDR needs --codec h265, vp9 or av1: h264 is written in 8 bits.'
    : `HDR needs 10 bits, which this ffmpeg can't write as ${codec}.`;
}
