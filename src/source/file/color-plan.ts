import { VeilError } from '../../errors.ts';
import type { ColorInfo, VideoStream } from '../../ffmpeg/probe.ts';

/** How a stream becomes 8 bit yuv420p. */
export interface ColorPlan {
  /** Filters before the picture is used; empty where the decoder's frames are used as they are. */
  readonly filters: readonly string[];
  /** `yuvj420p` keeps full-range samples as they are: converting them to yuv420p would change every pixel. */
  readonly format: 'yuv420p' | 'yuvj420p';
  /** What the frames that come out are. */
  readonly color: ColorInfo;
  readonly notes: readonly string[];
}

const HDR: ReadonlySet<string | null> = new Set(['smpte2084', 'arib-std-b67']);
const BT709: ColorInfo = { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' };

/**
 * @param filters names of the filters that this ffmpeg has
 * @throws VeilError INPUT_UNSUPPORTED for HDR that this ffmpeg can't convert properly
 */
export function planColor(video: VideoStream, filters: ReadonlySet<string>): ColorPlan {
  if (HDR.has(video.color.transfer) || video.dolbyVision !== null) return planHdr(video, filters);
  if (/^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(video.pixelFormat)) {
    return {
      filters: ['scale=out_color_matrix=bt709:out_range=tv'],
      format: 'yuv420p',
      color: BT709,
      notes: [],
    };
  }
  const isFull = video.pixelFormat.startsWith('yuvj');
  return {
    filters: [],
    format: isFull ? 'yuvj420p' : 'yuv420p',
    color: { ...video.color, range: isFull ? 'pc' : video.color.range },
    notes: video.bitDepth > 8 ? [`The picture is converted from ${video.bitDepth} to 8 bits.`] : [],
  };
}

function planHdr(video: VideoStream, filters: ReadonlySet<string>): ColorPlan {
  // Profile 5 has no picture that anything but Dolby Vision can show.
  if (video.dolbyVision === 5 || !filters.has('zscale') || !filters.has('tonemap')) {
    throw new VeilError(
      'INPUT_UNSUPPORTED',
      'This is HDR video, which this ffmpeg cannot convert properly.',
      {
        hint: 'Use an ffmpeg with zscale (FFMPEG_PATH), or export the video as SDR first.',
      },
    );
  }
  const { transfer, primaries, space } = video.color;
  const input = `tin=${transfer ?? 'smpte2084'}:pin=${primaries ?? 'bt2020'}:min=${space ?? 'bt2020nc'}`;
  return {
    filters: [
      `zscale=${input}:t=linear:npl=100`,
      'format=gbrpf32le',
      'zscale=p=bt709',
      'tonemap=hable:desat=0',
      'zscale=t=bt709:m=bt709:r=tv',
    ],
    format: 'yuv420p',
    color: BT709,
    notes: ['The picture is converted from HDR to SDR (8 bits, BT.709).'],
  };
}
