import type { Encoding } from '../config/encoding.ts';
import { masteringText, type Mastering } from '../ffmpeg/mastering.ts';
import { assertNever } from '../errors.ts';
import type { Rational } from '../frame/frame.ts';
import type { VideoEncoder } from './encoder-support.ts';

type Preset = Encoding['preset'];

export interface QualityOptions {
  readonly leaving?: 'at-once' | 'any';
  readonly mastering?: Mastering | null;
  readonly frameRate?: Rational | null;
}

/**
 * `-crf` and effort in the words of each encoder, with the flags without which it misreads them.
 *
 * @param options.leaving whether frames leave `at-once`, each when it came in, or when the encoder knows what follows.
 *   One that looks ahead loses the last second in a crash; and MP4 makes room in front of the first frame for those that
 *   change places: as much as lies between the first two or three, which may be half a second where they came live
 * @param options.mastering what HDR was mastered for; encoders that can't write it pass over it
 * @param options.frameRate of the frames: of a few of them alone ffmpeg guesses far too many a second, which SVT-AV1
 *   refuses
 */
export function qualityArgs(
  encoder: VideoEncoder,
  { crf, preset }: Encoding,
  { leaving = 'any', mastering = null, frameRate = null }: QualityOptions = {},
): string[] {
  const isAtOnce = leaving === 'at-once';
  switch (encoder) {
    case 'libx264':
      return ['-preset', preset, '-crf', String(crf), ...(isAtOnce ? ['-bf', '0'] : [])];
    case 'libx265': {
      // Without info=0 x265 writes its version and every setting into the stream. Old builds do not hand on -bf.
      const params = [
        'info=0:log-level=error',
        ...(isAtOnce ? ['bframes=0'] : []),
        ...(mastering === null ? [] : masteringText(mastering, 'libx265')),
      ];
      return ['-preset', preset, '-crf', String(crf), '-x265-params', params.join(':')];
    }
    case 'libvpx-vp9': {
      const [deadline, speed] = VP9_SPEED[preset];
      // A bit rate of 0 is what makes libvpx take -crf as the target instead of an upper limit.
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
      // Before ffmpeg 4.3 libaom counted as an experiment.
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

/** Frames a second that SVT-AV1 takes at most; the times of the frames are their own. */
const SVT_MOST_FRAMES = 240;

function svtRate({ num, den }: Rational): string[] {
  return num / den > SVT_MOST_FRAMES
    ? [`fps-num=${SVT_MOST_FRAMES}`, 'fps-denom=1']
    : [`fps-num=${num}`, `fps-denom=${den}`];
}

/** libvpx: `good` has speeds 0 to 5, `realtime` goes on from there to 8. */
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

/** libaom: 0 (slow) to 8; 7 and 8 read as 6 in old versions. */
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
