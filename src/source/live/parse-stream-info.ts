import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { Rational } from '../../frame/frame.ts';

/** A decoder's description of its input picture. */
export interface StreamInfo {
  /** In ffmpeg's terms, such as `yuvj422p`. */
  readonly pixelFormat: string;
  readonly color: ColorInfo;
  /** Pixel aspect ratio (width / height); null if not stated. */
  readonly pixelShape: Rational | null;
}

/** ffmpeg's names of matrices. Other words in the brackets are the range, field order and chroma location. */
const MATRICES: ReadonlySet<string> = new Set(
  'bt709 fcc bt470bg smpte170m smpte240m ycgco gbr bt2020nc bt2020c smpte2085 ictcp'.split(' '),
);

/**
 * Parses ffmpeg's description (level info) of the first input picture, such as `Stream #0:0: Video: h264 (High),
 * yuv420p(tv, bt709, progressive), 1280x720 …`; null for any other line. A live source can't be probed first: most can
 * be opened only once, and all of them go on meanwhile.
 */
export function parseStreamInfo(line: string): StreamInfo | null {
  const match = /Stream #0:\d+.*?: Video: [^,]+, (\w+)(?:\(([^)]*)\))?,/.exec(line);
  if (match === null) return null;
  // The container's value comes last, and takes precedence.
  const [, num, den] = [...line.matchAll(/\bSAR (\d+):(\d+)/g)].at(-1) ?? [];
  const [, pixelFormat = '', brackets = ''] = match;
  const words = brackets.split(', ');
  const tags = words.find((word) => word.includes('/') || MATRICES.has(word)) ?? 'unknown';
  // One name if all three are equal.
  const [space, primaries = space, transfer = space] = tags.split('/').map(known);
  return {
    pixelFormat,
    pixelShape: Number(num) > 0 && Number(den) > 0 ? { num: Number(num), den: Number(den) } : null,
    color: {
      range: words.find((word) => word === 'tv' || word === 'pc') ?? null,
      space: space ?? null,
      primaries: primaries ?? null,
      transfer: transfer ?? null,
    },
  };
}

/**
 * Colours of live frames: those of the source, but in limited range, to which all are converted. Null if not stated;
 * players then assume the same for the output as for the source.
 */
export function liveColor(described: Pick<StreamInfo, 'pixelFormat' | 'color'> | null): ColorInfo {
  if (described === null) return { range: 'tv', space: null, primaries: null, transfer: null };
  const isRgb = /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(described.pixelFormat);
  // ffmpeg converts RGB to BT.601 by default, and other options must be set before the format is known.
  return { ...described.color, range: 'tv', ...(isRgb ? { space: 'smpte170m' } : {}) };
}

/** Whether the picture is HDR, which needs conversion. */
export function isHdr({ color }: Pick<StreamInfo, 'pixelFormat' | 'color'>): boolean {
  return color.transfer === 'smpte2084' || color.transfer === 'arib-std-b67';
}

function known(name: string): string | null {
  return ['unknown', 'reserved', 'unspecified', ''].includes(name) ? null : name;
}
