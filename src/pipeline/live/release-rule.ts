import type { UnseenReason } from '../../frame/decision.ts';

/** The looks around a frame when its time has come. */
export interface LooksAround {
  /** Index of the frame. */
  readonly frame: number;
  /** First frame of its scene. */
  readonly sceneStart: number;
  /** Nearest frame before it that a finished look has seen, in any scene; null where there is none. */
  readonly before: number | null;
  /** Nearest frame at or after it that a finished look has seen. */
  readonly after: number | null;
  /** The frame of the look after that one, if that is of the same scene. */
  readonly second: number | null;
  /** When a frame was captured, milliseconds; -Infinity where that is long forgotten. */
  readonly timeOf: (frame: number) => number;
  /** Milliseconds that two looks may be apart so that the frames between them count as known. */
  readonly largestGap: number;
}

/**
 * Why a frame must be covered as a whole, or null where its faces are known: a look at it or after it is done, and
 * the looks around it are so close that no face comes and goes between them. A look before it never suffices, however
 * young: a face may have turned up since. Nor does a scene's first look alone, which may have missed one.
 */
export function reasonToCover(looks: LooksAround): UnseenReason | null {
  const { frame, sceneStart, before, timeOf, largestGap } = looks;
  // Looks of an earlier scene say nothing about this one; its own first frames are filled from the looks after them.
  const isFirst = before === null || before < sceneStart;
  const after = isFirst ? looks.second : looks.after;
  if (after === null) return 'late';
  const from = isFirst ? frame : before;
  // Asked this way round because a time that is no longer known gives NaN, which must compare as too far apart.
  return timeOf(after) - timeOf(from) <= largestGap && timeOf(from) > -Infinity ? null : 'gap';
}
