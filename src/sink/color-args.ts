import type { ColorInfo } from '../ffmpeg/probe.ts';
import type { Rational } from '../frame/frame.ts';
import type { EncoderSupport } from './encoder-support.ts';

/** Transfers that ffprobe and the filter call otherwise than the option does. The matrix `bt470bg` has one name. */
const TRANSFERS: Readonly<Record<string, string>> = { bt470m: 'gamma22', bt470bg: 'gamma28' };

/**
 * Filters and options that tag an encoded picture with its colours and its pixel aspect ratio.
 *
 * @param around filters before and after these
 */
export function colorArgs(
  color: ColorInfo,
  support: Pick<EncoderSupport, 'colorParams'>,
  sampleAspectRatio: Rational,
  around: { readonly first: readonly string[]; readonly last: readonly string[] } = { first: [], last: [] },
): string[] {
  const params = [
    ['range', color.range],
    ['color_primaries', color.primaries],
    ['color_trc', color.transfer],
    ['colorspace', color.space],
  ].filter((pair): pair is [string, string] => pair[1] !== null);
  const flags = params.map(
    ([name, value]) =>
      [
        name === 'range' ? 'color_range' : name,
        name === 'color_trc' ? (TRANSFERS[value] ?? value) : value,
      ] as const,
  );
  const filters = [
    ...around.first,
    `setsar=sar=${sampleAspectRatio.num}/${sampleAspectRatio.den}:max=65535`,
    // Tag the frames too: since 7.0 ffmpeg converts colours if frame and output differ.
    ...(support.colorParams && params.length > 0
      ? [`setparams=${params.map(([name, value]) => `${name}=${value}`).join(':')}`]
      : []),
    ...around.last,
  ];
  return ['-vf', filters.join(','), ...flags.flatMap(([name, value]) => [`-${name}`, value])];
}
