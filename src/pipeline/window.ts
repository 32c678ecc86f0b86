import { frameBytes } from '../frame/frame.ts';
import type { SourceInfo } from '../source/source.ts';
import type { DelayLineOptions } from './delay-line.ts';

/** How far a run looks ahead, and how often it looks. */
export interface Window {
  readonly lookInterval: number;
  readonly delay: DelayLineOptions;
}

/** Bytes of frames that may wait. */
const BUDGET = 256 * 1024 * 1024;

/**
 * About a second of look-ahead and room for two looks in work, within the memory budget. Very large frames (8K)
 * make the window short; the looks then come closer together, so that it still spans two of them.
 *
 * @param wanted a look at every n-th frame
 */
export function planWindow(
  info: Pick<SourceInfo, 'width' | 'height' | 'format' | 'frameRate'>,
  wanted: number,
): Window {
  const room = Math.max(4, Math.floor(BUDGET / frameBytes(info.format, info.width, info.height)));
  const lookInterval = Math.min(wanted, Math.floor(room / 4));
  const slack = 2 * lookInterval;
  const second = Math.max(2 * lookInterval, Math.round(info.frameRate.num / info.frameRate.den));
  return { lookInterval, delay: { lookAhead: Math.min(second, room - slack), slack } };
}
