import { ANEW, coveredFrom, EPOCH } from '../../anonymize/cells.ts';
import { ticksToSeconds, type Rational } from '../../frame/frame.ts';
import type { Part, ReadSpan } from './part-types.ts';

export interface CutOptions {
  readonly timeBase: Rational;
  /** Average frames a second. */
  readonly frameRate: Rational;
  /** Seconds from the start of the file to that of the run. */
  readonly start: number;
  /** Seconds of a part, about. */
  readonly seconds: number;
  /** Parts begin at multiples of so many frames: where the rhythm of the looks does. */
  readonly step: number;
}

/** Seconds before a part that are watched too: how much pictures usually change tells a cut from motion. */
const WATCHED = 2;

/**
 * Cuts a run into parts.
 *
 * @param pts of every frame of the run, rising, ticks from its start
 */
export function cutParts(pts: readonly number[], options: CutOptions): Part[] {
  const times = pts.map((ticks) => ticksToSeconds(ticks, options.timeBase));
  const firsts = firstFrames(times, options);
  const watched = (WATCHED * options.frameRate.num) / options.frameRate.den;
  const lead = options.step * Math.ceil(watched / options.step);
  return firsts.map((firstFrame, index) => {
    const end = firsts[index + 1] ?? pts.length;
    const span = (from: number): ReadSpan => ({
      start: from === 0 ? null : options.start + (times[from - 1]! + times[from]!) / 2,
      // With one frame more: looks and filters need what follows.
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

/** Frames at which parts begin. The last part has at least half of the wanted length. */
function firstFrames(times: readonly number[], { seconds, step }: CutOptions): number[] {
  const [begin, end] = [times[0]!, times.at(-1)!];
  // Long parts begin where the least has to be covered twice.
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
