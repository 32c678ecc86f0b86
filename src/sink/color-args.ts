import type { ColorInfo } from '../ffmpeg/probe.ts';
import type { Rational } from '../frame/frame.ts';
import type { EncoderSupport } from './encoder-support.ts';

/** The filters and options that tag an encoded picture with its colours, and with the shape of its pixels. */
export function colorArgs(
  color: ColorInfo,
  support: Pick<EncoderSupport, 'colorParams'>,
  sampleAspectRatio: Rational,
): string[] {
  const params = [
    ['range', color.range],
    ['color_primaries', color.primaries],
    ['color_trc', color.transfer],
    ['colorspace', color.space],
  ].filter((pair): pair is [string, string] => pair[1] !== null);
  const flags = params.map(([name, value]) => [name === 'range' ? 'color_range' : name, value] as const);
  const filters = [
    `setsar=sar=${sampleAspectRatio.num}/${sampleAspectRatio.den}:max=65535`,
    // The frames must carry the tags too: since 7.0 ffmpeg converts colours where frame and output disagree.
    ...(support.colorParams && params.length > 0
      ? [`setparams=${params.map(([name, value]) => `${name}=${value}`).join(':')}`]
      : []),
  ];
  return ['-vf', filters.join(','), ...flags.flatMap(([name, value]) => [`-${name}`, value])];
}
