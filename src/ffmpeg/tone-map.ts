import type { ColorInfo } from './probe.ts';

/** PQ and HLG, in ffmpeg's names. */
const HDR_TRANSFERS: ReadonlySet<string | null> = new Set(['smpte2084', 'arib-std-b67']);

/** BT.709 with limited range. */
export const BT709: ColorInfo = { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' };

export function isHdrTransfer({ transfer }: Pick<ColorInfo, 'transfer'>): boolean {
  return HDR_TRANSFERS.has(transfer);
}

/** Whether a build of ffmpeg can convert HDR properly. */
export function canToneMap(filters: ReadonlySet<string>): boolean {
  return filters.has('zscale') && filters.has('tonemap');
}

/**
 * Filters that convert HDR to SDR ({@link BT709}). White at 203 nits (BT.2408), which is 75 % in HLG, becomes 76 %, and
 * 18 % grey becomes 38 %, as in HLG: as bright as HLG viewed as SDR, for which HLG was designed. 1,000 nits are white.
 */
export function toneMapFilters({ transfer, primaries, space, range }: ColorInfo): string[] {
  const from = `tin=${transfer ?? 'smpte2084'}:pin=${primaries ?? 'bt2020'}:min=${space ?? 'bt2020nc'}:rin=${range ?? 'tv'}`;
  return [
    // The change of the format would also change the range.
    ...(range === 'pc' ? ['scale=in_range=pc:out_range=pc'] : []),
    // zscale refuses odd sizes with subsampled chroma.
    'format=yuv444p10le',
    `zscale=${from}:t=linear:npl=100:p=bt709:m=gbr`,
    'format=gbrpf32le',
    // In units of npl. Without it, files without a stated peak become dark.
    'tonemap=hable:desat=0:peak=10',
    'zscale=tin=linear:pin=bt709:min=gbr:t=bt709:p=bt709:m=bt709:r=tv',
  ];
}
