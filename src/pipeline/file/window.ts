import { frameBytes, sampleBytes } from '../../frame/frame.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import type { DelayLineOptions } from './delay-line.ts';
import type { LookPlan } from '../../observe/look-plan.ts';

type Video = Pick<SourceInfo, 'width' | 'height' | 'format' | 'frameRate'>;

/** Memory for waiting frames: bytes, doubled for samples of two bytes, as in HDR. */
const BUDGET = 256 * 1024 * 1024;

/**
 * Look-ahead in seconds: a face that is detected late can be covered this much earlier, from where it entered, see
 * `Tracklet.span`.
 */
const LOOK_AHEAD = 2;

/** The look-ahead and room for two looks in progress, within the memory budget. */
export function planWindow(video: Video, look: Rhythm): DelayLineOptions {
  const room = roomFor(video);
  const slack = 2 * look.interval * look.stride;
  const wanted = Math.max(slack, Math.round((LOOK_AHEAD * video.frameRate.num) / video.frameRate.den));
  return { lookAhead: Math.min(wanted, room - slack), slack };
}

/**
 * Few very large frames (8K) fit into the budget. Looks then come closer together, so that the window still spans two
 * of them.
 */
export function withinWindow<T extends Rhythm>(look: T, video: Video): T {
  const most = Math.floor(roomFor(video) / 4);
  if (look.interval * look.stride <= most) return look;
  return { ...look, interval: Math.min(look.interval, most), stride: 1 };
}

type Rhythm = Pick<LookPlan, 'interval' | 'stride'>;

/** Number of frames that may wait. */
function roomFor({ width, height, format }: Video): number {
  return Math.max(4, Math.floor((BUDGET * sampleBytes(format)) / frameBytes(format, width, height)));
}
