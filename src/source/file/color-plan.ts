import { VeilError } from '../../errors.ts';
import { hasAlpha } from '../../ffmpeg/has-alpha.ts';
import type { ColorInfo, VideoStream } from '../../ffmpeg/probe.ts';
import { BT709, canToneMap, isHdrTransfer, toneMapFilters } from '../../ffmpeg/tone-map.ts';
import type { PixelFormat } from '../../frame/frame.ts';

/** Conversion of a stream to frames and to pictures for the detector. */
export interface ColorPlan {
  /** Options of the decoder, before `-i`. */
  readonly input: readonly string[];
  /** Filters of every frame; empty if decoded frames are used unchanged. */
  readonly filters: readonly string[];
  /** Further filters after those: of frames to cover, and of pictures for the detector. */
  readonly frameFilters: readonly string[];
  readonly pictureFilters: readonly string[];
  /** Of the frames. */
  readonly format: PixelFormat;
  /** Colours of the output frames. */
  readonly color: ColorInfo;
  readonly notes: readonly string[];
}

/** Decoders that support transparency, unlike ffmpeg's native ones. */
const ALPHA_DECODERS: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

const RGB = /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/;

/** Formats with a palette, or with less than 8 bits a colour. */
const COARSE_RGB = /^(?:pal8|(?:rgb|bgr)(?:4(?:_byte)?$|8$|444|555|565))/;

/** Whether a stream is HDR: by its tags, or because only a Dolby Vision layer defines its colours. */
export function isHdrStream({ color, dolbyVision }: Pick<VideoStream, 'color' | 'dolbyVision'>): boolean {
  return isHdrTransfer(color) || (dolbyVision !== null && color.transfer === null);
}

/**
 * @param filters names of the filters in this ffmpeg
 * @param keepsDepth whether frames of more than 8 bits become 10-bit, and HDR stays HDR
 * @throws VeilError INPUT_UNSUPPORTED for HDR that this ffmpeg can't convert properly
 */
export function planColor(video: VideoStream, filters: ReadonlySet<string>, keepsDepth: boolean): ColorPlan {
  // Only Dolby Vision displays can show profile 5.
  if (isHdrStream(video) || video.dolbyVision === 5) return planHdr(video, filters, keepsDepth);
  const isDeep = keepsDepth && video.bitDepth > 8;
  const { input, filters: overBlack, notes } = planAlpha(video, isDeep);
  const plan = {
    ...{ input, frameFilters: [], pictureFilters: [] },
    format: isDeep ? 'yuv420p10' : 'yuv420p',
    notes: [...notes, ...conversionNotes(video, isDeep ? 10 : 8)],
  } as const;
  if (RGB.test(video.pixelFormat)) {
    const toBt709 = [
      // From these, swscale would take another matrix, or leave white at 247.
      ...(COARSE_RGB.test(video.pixelFormat) ? ['format=rgb24'] : []),
      'scale=out_color_matrix=bt709:out_range=tv',
      `format=yuv420p${isDeep ? '10le' : ''}`,
    ];
    return { ...plan, filters: [...overBlack, ...toBt709], color: BT709 };
  }
  const isJpeg = video.pixelFormat.startsWith('yuvj');
  const isFull = isJpeg || video.color.range === 'pc';
  // yuvj420p keeps full-range samples as they are: converting them to yuv420p would change every pixel.
  const inEightBits = isFull ? 'yuvj420p' : 'yuv420p';
  return {
    ...plan,
    filters: [
      ...overBlack,
      // Otherwise ffmpeg converts all formats except yuvj to limited range when it changes the bit depth.
      ...(isFull && !isJpeg ? ['scale=in_range=pc:out_range=pc'] : []),
      `format=${isDeep ? 'yuv420p10le' : inEightBits}`,
    ],
    color: { ...video.color, range: isFull ? 'pc' : video.color.range },
  };
}

/** Losses of precision in the conversion, a sentence each. */
function conversionNotes(
  { bitDepth, pixelFormat }: Pick<VideoStream, 'bitDepth' | 'pixelFormat'>,
  depth: 8 | 10,
): string[] {
  const [, chroma] = /^yuva?j?4(22|44|40)/.exec(pixelFormat) ?? [];
  return [
    ...(bitDepth > depth ? [`The picture is converted from ${bitDepth} to ${depth} bits.`] : []),
    ...(chroma === undefined
      ? []
      : [
          `Its colours are stored more coarsely, as every player can show them: 4:2:0 instead of 4:${chroma.split('').join(':')}.`,
        ]),
  ];
}

/** Transparent pixels may contain hidden content: they become black. */
function planAlpha(video: VideoStream, isDeep: boolean): Pick<ColorPlan, 'input' | 'filters' | 'notes'> {
  if (!hasAlpha(video)) return { input: [], filters: [], notes: [] };
  return {
    input: alphaDecoder(video),
    filters: [withAlpha(video, isDeep), 'premultiply=inplace=1'],
    notes: ['Transparency is not kept: what is transparent becomes black.'],
  };
}

/** Options for a decoder that supports transparency. */
export function alphaDecoder({ codec, tags }: Pick<VideoStream, 'codec' | 'tags'>): string[] {
  const decoder = tags['alpha_mode'] === '1' ? ALPHA_DECODERS[codec] : undefined;
  return decoder === undefined ? [] : ['-c:v', decoder];
}

/** A filter that multiplies each pixel by its alpha, in a format that all alpha filters support. */
export function withAlpha({ pixelFormat }: Pick<VideoStream, 'pixelFormat'>, isDeep: boolean): string {
  return `format=${RGB.test(pixelFormat) ? 'gbrap' : 'yuva444p'}${isDeep ? '10le' : ''}`;
}

function planHdr(video: VideoStream, filters: ReadonlySet<string>, keepsDepth: boolean): ColorPlan {
  if (video.dolbyVision === 5 || !canToneMap(filters)) {
    throw new VeilError(
      'INPUT_UNSUPPORTED',
      'This is HDR video, which this ffmpeg cannot convert properly.',
      {
        hint: 'Use an ffmpeg with zscale (FFMPEG_PATH), or export the video as SDR first.',
      },
    );
  }
  const { transfer, primaries, space, range } = video.color;
  const isRgb = RGB.test(video.pixelFormat);
  const color = {
    transfer: transfer ?? 'smpte2084',
    primaries: primaries ?? 'bt2020',
    space: isRgb ? 'bt2020nc' : (space ?? 'bt2020nc'),
    range: isRgb ? 'tv' : (range ?? 'tv'),
  };
  const toSdr = toneMapFilters(color);
  const name = color.transfer === 'arib-std-b67' ? 'HLG' : 'PQ';
  const { input, filters: overBlack, notes } = planAlpha(video, true);
  return {
    input,
    filters: [
      ...overBlack,
      ...(isRgb ? ['scale=out_color_matrix=bt2020:out_range=tv'] : []),
      // Otherwise ffmpeg converts to limited range when it changes the format.
      ...(color.range === 'pc' && video.pixelFormat !== 'yuv420p10le'
        ? ['scale=in_range=pc:out_range=pc']
        : []),
      'format=yuv420p10le',
    ],
    frameFilters: keepsDepth ? [] : [...toSdr, 'format=yuv420p'],
    pictureFilters: toSdr,
    format: keepsDepth ? 'yuv420p10' : 'yuv420p',
    color: keepsDepth ? color : BT709,
    notes: [
      ...notes,
      keepsDepth
        ? `The picture stays HDR (${name}, 10 bits).`
        : 'The picture is converted from HDR to SDR (8 bits, BT.709).',
      ...(video.dolbyVision === null
        ? []
        : ['Dolby Vision is left out: its data describe the picture that was there before.']),
    ],
  };
}
