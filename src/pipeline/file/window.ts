import { frameBytes, sampleBytes } from '../../frame/frame.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import type { DelayLineOptions } from './delay-line.ts';
import type { LookPlan } from '../../observe/look-plan.ts';

type Video = Pick<SourceInfo, 'width' | 'height' | 'format' | 'frameRate'>;

/** Samples of frames that may wait: bytes, and twice as many where a sample has two, as HDR has. */
const BUDGET = 256 * 1024 * 1024;

/**
 * Seconds that are looked ahead: for as long a face that is found late can be covered from where it came in, see
 * `Tracklet.span`.
 */
const LOOK_AHEAD = 2;

/** The look-ahead and room for two looks in work, within the memory budget. */
export function planWindow(video: Video, look: Rhythm): DelayLineOptions {
  const room = roomFor(video);
  const slack = 2 * look.interval * look.stride;
  const wanted = Math.max(slack, Math.round((LOOK_AHEAD * video.frameRate.num) / video.frameRate.den));
  return { lookAhead: Math.min(wanted, room - slack), slack };
}

/**
 * Very large frames (8K) leave room for few. The looks then come so close together that the window still spans two
 * of them.
 */
export function withinWindow<T extends Rhythm>(look: T, video: Video): T {
  const most = Math.floor(roomFor(video) / 4);
  if (look.interval * look.stride <= most) return look;
  return { ...look, interval: Math.min(look.interval, most), stride: 1 };
}

type Rhythm = Pick<LookPlan, 'interval' | 'stride'>;

/** Frames that may wait. */
function roomFor({ width, height, format }: Video): number {
  return Math.max(4, Math.floor((BUDGET * sampleBytes(format)) / frameBytes(format, width, height)));
}
