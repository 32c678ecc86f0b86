import { ANEW, coveredFrom, EPOCH } from '../../anonymize/cells.ts';
import { ticksToSeconds, type Rational } from '../../frame/frame.ts';
import type { Part, ReadSpan } from './part-types.ts';

export interface CutOptions {
  readonly timeBase: Rational;
  /** Average frame rate. */
  readonly frameRate: Rational;
  /** Start of the run in the file, seconds. */
  readonly start: number;
  /** Approximate length of a part, seconds. */
  readonly seconds: number;
  /** Parts begin at multiples of this many frames, in phase with the looks. */
  readonly step: number;
}

/**
 * ffmpeg starts reading a part this much before its first frame, seconds, or half a frame interval before it if that is
 * less. Not always half an interval: ffmpeg rounds the start to ticks of the file, and where a tick lasts as long as a
 * frame, that would be off by half a frame.
 */
const EARLY = 0.001;

/** Seconds before a part that are read too, so that cut detection knows the usual change between frames. */
const WATCHED = 2;

/**
 * Cuts a run into parts.
 *
 * @param pts of every frame of the run, ascending, ticks from its start
 */
export function cutParts(pts: readonly number[], options: CutOptions): Part[] {
  const times = pts.map((ticks) => ticksToSeconds(ticks, options.timeBase));
  const firsts = firstFrames(times, options);
  const watched = (WATCHED * options.frameRate.num) / options.frameRate.den;
  const lead = options.step * Math.ceil(watched / options.step);
  return firsts.map((firstFrame, index) => {
    const end = firsts[index + 1] ?? pts.length;
    const early = (from: number): number => Math.min(EARLY, (times[from]! - times[from - 1]!) / 2);
    const span = (from: number): ReadSpan => ({
      start: from === 0 ? null : options.start + times[from]! - early(from),
      // One more frame: looks and filters need the next one.
      end: end + 1 >= pts.length ? null : options.start + (times[end]! + times[end + 1]!) / 2,
      firstFrame: from,
      firstPts: pts[from]!,
    });
    const covered = coveredFrom(times[firstFrame]!);
    return {
      ...{ index, firstFrame, frames: end - firstFrame },
      observe: span(Math.max(0, firstFrame - lead)),
      render: span(
        Math.min(
          firstFrame,
          Math.max(
            0,
            times.findIndex((time) => time >= covered),
          ),
        ),
      ),
    };
  });
}

/** First frames of the parts. The last part has at least half of the wanted length. */
function firstFrames(times: readonly number[], { seconds, step }: CutOptions): number[] {
  const [begin, end] = [times[0]!, times.at(-1)!];
  // Long parts begin where they overlap the least.
  const wanted = (count: number): number =>
    seconds < ANEW ? begin + count * seconds : Math.round((count * seconds) / ANEW) * ANEW + EPOCH;
  const firsts = [0];
  for (let frame = step, count = 1; frame < times.length; frame += step) {
    if (times[frame]! < wanted(count)) continue;
    if (end - times[frame]! < seconds / 2) break;
    firsts.push(frame);
    count += 1;
  }
  return firsts;
}
