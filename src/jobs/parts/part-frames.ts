import { ticksToSeconds } from '../../frame/frame.ts';
import type { Source, SourceFrame } from '../../source/source.ts';
import type { Part, ReadSpan } from './part-types.ts';
import { unfit } from './unfit.ts';

/** Rounding tolerance for times of frames, seconds. */
const TOLERANCE = 0.0015;

/**
 * The frames of a span, with numbers and times of the whole run.
 *
 * @param start of the run, seconds from the start of the file
 * @throws VeilError PARTS_UNFIT if they are not those of the plan, and errors of the source
 */
export async function* partFrames(
  source: Source,
  part: Part,
  span: ReadSpan,
  { start, isLast }: { readonly start: number; readonly isLast: boolean },
): AsyncGenerator<SourceFrame, void, void> {
  const { timeBase } = source.info;
  const expected = part.firstFrame + part.frames - span.firstFrame + (isLast ? 0 : 1);
  let shift: number | null = null;
  let count = 0;
  for await (const { frame, pictures } of source.frames()) {
    if (shift === null) {
      const found = (span.start ?? start) + frame.time - start;
      const planned = ticksToSeconds(span.firstPts, timeBase);
      if (Math.abs(found - planned) > TOLERANCE) throw unfit(`its part ${part.index + 1} begins elsewhere`);
      shift = span.firstPts - frame.pts;
    }
    const pts = frame.pts + shift;
    const index = span.firstFrame + count;
    count += 1;
    if (count > expected) throw unfit(`part ${part.index + 1} has more frames than were counted`);
    yield { frame: { ...frame, index, pts, time: ticksToSeconds(pts, timeBase) }, pictures };
  }
  if (count < expected) throw unfit(`part ${part.index + 1} has ${count} frames of ${expected}`);
}

/** Whether a frame belongs to a part, not just to the context read around it. */
export function isWithin({ firstFrame, frames }: Part, frame: number): boolean {
  return frame >= firstFrame && frame < firstFrame + frames;
}
