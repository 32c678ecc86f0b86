import type { Encoding } from '../config/encoding.ts';
import { masteringText, type Mastering } from '../ffmpeg/mastering.ts';
import { assertNever } from '../errors.ts';
import type { Rational } from '../frame/frame.ts';
import type { SoftwareEncoder } from './encoder-support.ts';

type Preset = Encoding['preset'];

export interface QualityOptions {
  readonly leaving?: 'at-once' | 'any';
  readonly mastering?: Mastering | null;
  readonly frameRate?: Rational | null;
}

/**
 * `-crf` and effort in the options of each CPU encoder, with the flags that it needs to apply them.
 *
 * @param options.leaving `at-once`: each frame leaves when it came in, otherwise the encoder may look ahead. Looking
 *   ahead loses the last second in a crash. And with reordered frames, MP4 starts with a gap of two or three frame
 *   intervals, which may be half a second for live frames
 * @param options.mastering HDR mastering metadata; encoders that can't write it ignore it
 * @param options.frameRate of the frames: from a few frames ffmpeg guesses far too high a rate, which SVT-AV1 refuses
 *   refuses
 */
export function qualityArgs(
  encoder: SoftwareEncoder,
  { crf, preset }: Encoding,
  { leaving = 'any', mastering = null, frameRate = null }: QualityOptions = {},
): string[] {
  const isAtOnce = leaving === 'at-once';
  switch (encoder) {
    case 'libx264':
      return ['-preset', preset, '-crf', String(crf), ...(isAtOnce ? ['-bf', '0'] : [])];
    case 'libx265': {
      // Without info=0, x265 writes its version and every setting into the stream. Old builds do not pass on -bf.
      const params = [
        'info=0:log-level=error',
        ...(isAtOnce ? ['bframes=0'] : []),
        ...(mastering === null ? [] : masteringText(mastering, 'libx265')),
      ];
      return ['-preset', preset, '-crf', String(crf), '-x265-params', params.join(':')];
    }
    case 'libvpx-vp9': {
      const [deadline, speed] = VP9_SPEED[preset];
      // With a bit rate of 0, libvpx takes -crf as the target instead of an upper limit.
      const rate = ['-crf', String(crf), '-b:v', '0'];
      const order = isAtOnce ? ['-lag-in-frames', '0'] : [];
      return [...rate, '-deadline', deadline, '-cpu-used', String(speed), '-row-mt', '1', ...order];
    }
    case 'libsvtav1': {
      const params = [
        ...(frameRate === null ? [] : svtRate(frameRate)),
        ...(mastering === null ? [] : masteringText(mastering, 'libsvtav1')),
      ];
      return [
        ...['-crf', String(crf), '-preset', String(SVT_PRESET[preset])],
        ...(params.length === 0 ? [] : ['-svtav1-params', params.join(':')]),
      ];
    }
    case 'libaom-av1': {
      const rate = ['-crf', String(crf), '-b:v', '0'];
      // Before ffmpeg 4.3, libaom was experimental.
      const order = isAtOnce ? ['-lag-in-frames', '0'] : [];
      return [
        ...rate,
        '-cpu-used',
        String(AOM_SPEED[preset]),
        '-row-mt',
        '1',
        '-strict',
        'experimental',
        ...order,
      ];
    }
    default:
      return assertNever(encoder);
  }
}

/** Maximum frame rate of SVT-AV1; frame times are independent of it. */
const SVT_MOST_FRAMES = 240;

function svtRate({ num, den }: Rational): string[] {
  return num / den > SVT_MOST_FRAMES
    ? [`fps-num=${SVT_MOST_FRAMES}`, 'fps-denom=1']
    : [`fps-num=${num}`, `fps-denom=${den}`];
}

/** libvpx: `good` has speeds 0 to 5, `realtime` continues to 8. */
const VP9_SPEED: Readonly<Record<Preset, readonly ['good' | 'realtime', number]>> = {
  ultrafast: ['realtime', 8],
  superfast: ['realtime', 7],
  veryfast: ['realtime', 6],
  faster: ['good', 5],
  fast: ['good', 4],
  medium: ['good', 3],
  slow: ['good', 2],
  slower: ['good', 1],
  veryslow: ['good', 0],
};

/** SVT-AV1: 0 (slow) to 12. */
const SVT_PRESET: Readonly<Record<Preset, number>> = {
  ultrafast: 12,
  superfast: 11,
  veryfast: 10,
  faster: 9,
  fast: 8,
  medium: 7,
  slow: 6,
  slower: 5,
  veryslow: 4,
};

/** libaom: 0 (slow) to 8; old versions treat 7 and 8 as 6. */
const AOM_SPEED: Readonly<Record<Preset, number>> = {
  ultrafast: 8,
  superfast: 8,
  veryfast: 7,
  faster: 6,
  fast: 6,
  medium: 5,
  slow: 4,
  slower: 3,
  veryslow: 2,
};
