import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { Rational } from '../../frame/frame.ts';

/** What a decoder says of the picture that it was given. */
export interface StreamInfo {
  /** As ffmpeg names it, such as `yuvj422p`. */
  readonly pixelFormat: string;
  readonly color: ColorInfo;
  /** Width of a pixel by its height; null where it does not say. */
  readonly pixelShape: Rational | null;
}

/** Matrices as ffmpeg names them. Other words in the brackets are the range, and how fields and samples lie. */
const MATRICES: ReadonlySet<string> = new Set(
  'bt709 fcc bt470bg smpte170m smpte240m ycgco gbr bt2020nc bt2020c smpte2085 ictcp'.split(' '),
);

/**
 * Reads the line that ffmpeg prints (level info) of the first picture of its input, such as `Stream #0:0: Video: h264
 * (High), yuv420p(tv, bt709, progressive), 1280x720 …`; null for any other line. A live source can't be probed first:
 * most can be opened only once, and all of them go on in the meantime.
 */
export function parseStreamInfo(line: string): StreamInfo | null {
  const match = /Stream #0:\d+.*?: Video: [^,]+, (\w+)(?:\(([^)]*)\))?,/.exec(line);
  if (match === null) return null;
  // That of the container comes last, and counts.
  const [, num, den] = [...line.matchAll(/\bSAR (\d+):(\d+)/g)].at(-1) ?? [];
  const [, pixelFormat = '', brackets = ''] = match;
  const words = brackets.split(', ');
  const tags = words.find((word) => word.includes('/') || MATRICES.has(word)) ?? 'unknown';
  // One name where all three are alike.
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
 * How the numbers of live frames become light: as the source says, but of limited range, which is what all of them are
 * brought to. Null where it does not say, and players assume the same of the output as of the source.
 */
export function liveColor(described: Pick<StreamInfo, 'pixelFormat' | 'color'> | null): ColorInfo {
  if (described === null) return { range: 'tv', space: null, primaries: null, transfer: null };
  const isRgb = /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(described.pixelFormat);
  // ffmpeg makes BT.601 of RGB unless it is told otherwise before it is known that there is any.
  return { ...described.color, range: 'tv', ...(isRgb ? { space: 'smpte170m' } : {}) };
}

/** Whether the picture is HDR, which nothing here shows as it is meant. */
export function isHdr({ color }: Pick<StreamInfo, 'pixelFormat' | 'color'>): boolean {
  return color.transfer === 'smpte2084' || color.transfer === 'arib-std-b67';
}

function known(name: string): string | null {
  return ['unknown', 'reserved', 'unspecified', ''].includes(name) ? null : name;
}
